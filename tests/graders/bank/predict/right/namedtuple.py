from dataclasses import dataclass, field
from typing import NamedTuple

class Guess(NamedTuple):
    name: str
    label: int
    p: float

@dataclass
class Ranking:
    rows: list = field(default_factory=list)
    def best(self, n):
        yield from sorted(self.rows, key=lambda g: -g.p)[:n]

def predict(model, image_file):
    p = model(process_input(image_file)).detach().softmax(-1)[0].tolist()
    return list(Ranking([Guess(n, k, q) for k, (n, q) in enumerate(zip(classes, p))]).best(5))
