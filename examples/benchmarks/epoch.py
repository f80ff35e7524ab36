"""Times one epoch of the network 784-256-128-10 on Fashion-MNIST beside PyTorch's eager loop and Keras' fit.

    python3 epoch.py [--nabla PATH] [--python PATH ...] [--threads 1 2] [--rounds N] [--data FOLDER]

From opening the files to the epoch's metrics: loss and accuracy while it trains, and on the 10,000 pictures for tests.
60,000 pictures, batches of 128, gradient descent with momentum, shuffled. Nabla runs twice, with an empty cache and with
what that left there; of Keras the first epoch holds the compilation, so a second one is timed too. The files are those of
Debian's package dataset-fashion-mnist; `--data` is the folder above `fashion-mnist`. Imports of Python are not counted.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(HERE, "../networks/mlp.nabla")
FOLDER = "/usr/share/datasets"


def pictures(folder, part):
    """Pictures as rows of floats between 0 and 1, and their classes."""
    import gzip

    import numpy as np

    def read(name, skip):
        with gzip.open(os.path.join(folder, "fashion-mnist", name)) as file:
            return np.frombuffer(file.read(), np.uint8, offset=skip)

    images = read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 784).astype("f") / 255
    return images, read(f"{part}-labels-idx1-ubyte.gz", 8).astype("int64")


def torch_epoch(folder, threads):
    import torch

    torch.set_num_threads(threads)
    start = time.perf_counter()
    x, y = (torch.from_numpy(a.copy()) for a in pictures(folder, "train"))
    test_x, test_y = (torch.from_numpy(a.copy()) for a in pictures(folder, "t10k"))
    layers = [torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 128), torch.nn.ReLU(),
              torch.nn.Linear(128, 10)]
    model = torch.nn.Sequential(*layers)
    rule = torch.optim.SGD(model.parameters(), 0.1, 0.9)
    loss_of = torch.nn.CrossEntropyLoss()
    total, right = 0.0, 0
    for batch in torch.randperm(len(x)).split(128):
        rule.zero_grad()
        logits = model(x[batch])
        loss = loss_of(logits, y[batch])
        loss.backward()
        rule.step()
        total += loss.item() * len(batch)
        right += int((logits.argmax(1) == y[batch]).sum())
    with torch.no_grad():
        found = float((model(test_x).argmax(1) == test_y).float().mean())
    return {"who": "PyTorch", "seconds": time.perf_counter() - start, "accuracy": found}


def keras_epoch(folder, threads):
    import keras

    start = time.perf_counter()
    x, y = pictures(folder, "train")
    test = pictures(folder, "t10k")
    dense = keras.layers.Dense
    model = keras.Sequential([keras.Input((784,)), dense(256, "relu"), dense(128, "relu"), dense(10, "softmax")])
    model.compile(keras.optimizers.SGD(0.1, 0.9), "sparse_categorical_crossentropy", metrics=["accuracy"])
    read = time.perf_counter() - start
    times = []
    for _ in range(2):
        start = time.perf_counter()
        history = model.fit(x, y, batch_size=128, validation_data=test, verbose=0)
        times.append(read + time.perf_counter() - start)
    found = history.history["val_accuracy"][-1]
    return {"who": "Keras on " + keras.backend.backend(), "first": times[0], "seconds": times[1], "accuracy": found}


def nabla_epoch(options, threads):
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "XDG_CACHE_HOME": cache, "NABLA_DATASETS": options.data}
        log = os.path.join(cache, "log.jsonl")
        command = [options.nabla, "train", PROGRAM, "--data", "fashion-mnist:scale=255:shape=784", "--loss", "loss",
                   "--optimizer", "sgd(0.1, momentum: 0.9)", "--batch", "128", "--metrics", "accuracy", "--threads",
                   str(threads), "--log", log]
        times = []
        for _ in range(2):
            if os.path.exists(log):
                os.remove(log)
            start = time.perf_counter()
            subprocess.run(command, env=environment, check=True, capture_output=True)
            times.append(time.perf_counter() - start)
        with open(log) as file:
            rows = [json.loads(line) for line in file]
    found = next(row["val_accuracy"] for row in reversed(rows) if "val_accuracy" in row)
    return {"who": "Nabla", "first": times[0], "seconds": times[1], "accuracy": found}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nabla", default=os.path.join(HERE, "../../.build/release/nabla"))
    parser.add_argument("--python", nargs="*", default=[sys.executable])
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", default=os.environ.get("NABLA_DATASETS", FOLDER))
    parser.add_argument("--peer", choices=["torch", "keras"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        try:
            print(json.dumps((torch_epoch if options.peer == "torch" else keras_epoch)(options.data, options.threads[0])))
        except ImportError:
            sys.exit(3)
        return
    print("| threads | who | seconds | first, with compilation | of Nabla's | test accuracy |\n|" + "---|" * 6)
    for threads in options.threads:
        figures = {}
        for _ in range(options.rounds):
            found = [nabla_epoch(options, threads)]
            for peer in ("torch", "keras"):
                for python in options.python:
                    script = [python, __file__, "--peer", peer, "--threads", str(threads), "--data", options.data]
                    if threads == 1 and os.path.exists("/usr/bin/taskset"):
                        script = ["taskset", "-c", str(max(os.sched_getaffinity(0)))] + script
                    done = subprocess.run(script, capture_output=True, text=True, check=False)
                    if done.returncode == 0:
                        found.append(json.loads(done.stdout.splitlines()[-1]))
                        break
                    if done.returncode != 3:
                        print(done.stderr[-400:], file=sys.stderr)
            for row in found:
                figures.setdefault(row["who"], []).append(row)
        middle = lambda rows, key: statistics.median(row[key] for row in rows)
        for who, rows in figures.items():
            first = f"{middle(rows, 'first'):.2f}" if "first" in rows[0] else "–"
            ratio = middle(rows, "seconds") / middle(figures["Nabla"], "seconds")
            print(f"| {threads} | {who} | {middle(rows, 'seconds'):.2f} | {first} | {ratio:.2f} | "
                  f"{100 * middle(rows, 'accuracy'):.1f} % |")


if __name__ == "__main__":
    main()
