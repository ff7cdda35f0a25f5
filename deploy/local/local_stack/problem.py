"""What a person can mend, said in Chinese and English."""


class StackProblem(Exception):
    """Something outside the program stands in the way; both texts name the way out."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"
