"""Makes sentences.csv: six hundred sentences that praise something or do not, put together from words. A word alone does not
decide: what is not bad is good.

    python3 sentences.py > sentences.csv
"""

import random

GOOD = ["good", "wonderful", "brilliant", "moving", "funny", "clever", "beautiful"]
BAD = ["bad", "dreadful", "boring", "silly", "slow", "clumsy", "ugly"]
THINGS = ["film", "book", "play", "song", "story", "ending", "concert", "picture"]
DEGREES = ["", "", "really ", "so ", "very "]
FRAMES = [
    "The {thing} was {verdict}.",
    "I found the {thing} {verdict}.",
    "What a {word} {thing}!",
    "My friends say that the {thing} is {verdict}, and they are right.",
    "They say it is {opposite}, but the {thing} was {verdict}.",
    "A {thing} that is {verdict} from the beginning to the end.",
]

choose = random.Random(20261121).choice
seen = set()
print("text,label")
while len(seen) < 600:
    positive = len(seen) % 2 == 0
    word, other = (choose(GOOD), choose(BAD)) if positive else (choose(BAD), choose(GOOD))
    verdict = choose([choose(DEGREES) + word, "not " + other, "never " + other])
    sentence = choose(FRAMES).format(thing=choose(THINGS), word=word, verdict=verdict, opposite=other)
    if sentence not in seen:
        seen.add(sentence)
        quoted = f'"{sentence}"' if "," in sentence else sentence
        print(f"{quoted},{'praise' if positive else 'blame'}")
