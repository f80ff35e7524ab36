"""Trains the network of examples/networks/mlp.nabla by several rules, and prints the tables of docs/accuracies.md: accuracies
and losses on held-out examples, beside those of PyTorch with the same recipe.

    python3 examples/benchmarks/accuracies.py --nabla .build/release/nabla digits
    python3 examples/benchmarks/accuracies.py --nabla .build/release/nabla mnist --data mnist_5k.csv.gz
    NABLA_DATASETS=/usr/share/datasets python3 examples/benchmarks/accuracies.py --nabla .build/release/nabla fashion
    python3 examples/benchmarks/accuracies.py --nabla .build/release/nabla networks

Ends with 1 if a mean is more than two points below PyTorch's, but for Adagrad at Keras' rate, which does not settle.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent
MOMENTUM = "sgd(0.01, momentum: 0.9)"
NESTEROV = "sgd(0.01, momentum: 0.9, nesterov: true)"

# PyTorch 2.13's accuracy in percent and loss after the last epoch, means of three, two and one seeds.
SETS = {
    "digits": {
        "data": f"{EXAMPLES}/data/digits.csv.gz:scale=16",
        "options": ["--validation", "every:5", "--batch", "32", "--epochs", "20"],
        "seeds": 3,
        "rules": {
            "sgd(0.01)": (92.8, 0.390), "sgd(0.1)": (96.4, 0.106), MOMENTUM: (96.7, 0.093), NESTEROV: (96.8, 0.094),
            "adagrad(0.001)": (80.1, 1.510), "torch_adagrad(0.01)": (97.5, 0.085), "rmsprop(0.001)": (97.4, 0.098),
            "adam(0.001)": (97.1, 0.086),
        },
    },
    "mnist": {
        "data": "mnist_5k.csv.gz:scale=255",
        "options": ["--validation", "every:5", "--batch", "32", "--epochs", "10"],
        "seeds": 2,
        "rules": {
            "sgd(0.01)": (90.8, 0.327), "sgd(0.1)": (94.6, 0.191), MOMENTUM: (93.8, 0.209), NESTEROV: (93.8, 0.209),
            "adagrad(0.001)": (84.9, 0.708), "torch_adagrad(0.01)": (94.8, 0.160), "rmsprop(0.001)": (95.4, 0.231),
            "adam(0.001)": (95.0, 0.177),
        },
    },
    "fashion": {
        "data": "fashion-mnist:scale=255:shape=784",
        "options": ["--batch", "128", "--epochs", "3"],
        "seeds": 2,
        "rules": {
            "sgd(0.1)": (84.5, 0.429), MOMENTUM: (85.8, 0.400), NESTEROV: (85.2, 0.416), "rmsprop(0.001)": (85.2, 0.412),
            "adam(0.001)": (86.9, 0.361),
        },
    },
}
# The shape of an example that each network of another kind takes.
NETWORKS = {"cnn": "8x8x1", "rnn": "8x8", "lstm": "8x8", "gru": "8x8"}


def train(nabla, program, data, options, rule, seed):
    """The accuracy in percent and the loss of the examples held out, after the last epoch."""
    command = [nabla, "train", f"{EXAMPLES}/networks/{program}.nabla", "--data", data, "--loss", "loss", "--metrics", "accuracy"]
    command += options + ["--optimizer", rule, "--seed", str(seed), "--json"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr)
    last = json.loads(result.stdout)["history"][-1]
    return 100 * last["val_accuracy"], last["val_loss"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=[*SETS, "networks"])
    parser.add_argument("--nabla", default="nabla")
    parser.add_argument("--data", help="where the set is, if not where it is looked for")
    arguments = parser.parse_args()
    if arguments.set == "networks":
        print("| program | accuracy % | test loss |\n|---|---|---|")
        for program, shape in NETWORKS.items():
            data = f"{SETS['digits']['data']}:shape={shape}"
            accuracy, loss = train(arguments.nabla, program, data, SETS["digits"]["options"], "adam(0.001)", 0)
            print(f"| [{program}.nabla](../examples/networks/{program}.nabla) | {accuracy:.1f} | {loss:.3f} |", flush=True)
        return
    chosen = SETS[arguments.set]
    data = chosen["data"] if arguments.data is None else f"{arguments.data}:{chosen['data'].split(':', 1)[1]}"
    print("| `--optimizer` | accuracy % | PyTorch | test loss | PyTorch |\n|---|---|---|---|---|")
    is_far = False
    for rule, (accuracy, loss) in chosen["rules"].items():
        # What has not settled varies most.
        seeds = range(8 if rule == "adagrad(0.001)" and arguments.set == "digits" else chosen["seeds"])
        found = [train(arguments.nabla, "mlp", data, chosen["options"], rule, seed) for seed in seeds]
        means = [sum(values) / len(found) for values in zip(*found)]
        print(f"| `{rule}` | {means[0]:.1f} | {accuracy:.1f} | {means[1]:.3f} | {loss:.3f} |", flush=True)
        is_far = is_far or means[0] < accuracy - 2 and not rule.startswith("adagrad")
    sys.exit(1 if is_far else 0)


if __name__ == "__main__":
    main()
