"""Cards: numbers as payment cards have them, another one for each place where somebody may type one by mistake.

They are typed in the spellings that people use, and must come to lie nowhere, not even sealed: what is shown to the one
who typed them has stars instead.
"""
import base64
import random

SHAPES = (("4", (4, 4, 4, 4)), ("55", (4, 4, 4, 4)), ("37", (4, 6, 5)), ("3056", (4, 6, 4)), ("62", (6, 13)))
GAPS = ("", " ", "-", "\u00a0", "\u2013", " - ", "\u202f")
FULL_WIDTH = str.maketrans("0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")


def luhn(digits):
    doubled = [int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def number(begin, length):
    while True:
        digits = begin + "".join(random.SystemRandom().choice("0123456789") for _ in range(length - len(begin)))
        if luhn(digits):
            return digits


def spelled(digits, groups, gap):
    pieces, at = [], 0
    for group in groups:
        pieces.append(digits[at:at + group])
        at += group
    return gap.join(pieces)


class Cards:
    def __init__(self, dyes):
        self.dyes, self.numbers, self.needles = dyes, {}, {}

    def digits(self, name):
        """The number for this place, in a row."""
        if name not in self.numbers:
            begin, groups = SHAPES[len(self.numbers) % len(SHAPES)]
            self.numbers[name] = (len(self.numbers), number(begin, sum(groups)), groups)
            self.add(name)
        return self.numbers[name][1]

    def __getitem__(self, name):
        """The same in a spelling of its own."""
        self.digits(name)
        place, digits, groups = self.numbers[name]
        text = spelled(digits, groups, GAPS[place % len(GAPS)])
        return text.translate(FULL_WIDTH) if place % 9 == 8 else text

    def add(self, name):
        place, digits, groups = self.numbers[name]
        for text in {digits, self[name], spelled(digits, groups, " "), spelled(digits, groups, GAPS[place % len(GAPS)])}:
            self.dyes.also("the card number in " + name, text)
            for form in (text.encode(), text.encode("utf-16-le"), base64.b64encode(text.encode())[:-4]):
                self.needles[form] = name

    def find(self, data):
        return {name for needle, name in self.needles.items() if needle in data}
