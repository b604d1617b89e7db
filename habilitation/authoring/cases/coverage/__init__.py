"""What the cases of a policy have seen of its source, place by place.

The definition. What is to be seen, each once, at the place where it is written:

- a **rule**: that it *decides* a case (it is among the reasons of its answer), and that it does not decide another, in
  force and of an action it is for, whose answer is settled;
- a **clause**, that is a leaf of the condition of a rule (`when`, `unless`), definitions read where they stand: that it
  *matters when true* and *when false*. It matters in a case where flipping that one leaf, all else equal, changes
  whether the rule holds (masking MC/DC): every other part it is joined to by `and` is true, by `or` false, all the way
  up. A leaf of a definition is seen through any rule that uses it;
- a **row** and a **column** of a matrix, as written: that a case *reads* one of its cells, which it does where a clause
  `matrix … is …` matters; the matrices that give this one its coordinates are then read too.

A fact that a case leaves missing decides nothing: a case counts for a clause only where the clause and what it is
joined to are decided, each, in every completion. What no situation at all can show is told apart, and not counted:
it is proved over the whole space, and where that is too tangled a case is asked for.
"""

from habilitation.authoring.cases.coverage.measure import Coverage, FileCoverage, Item, measured

__all__ = ["Coverage", "FileCoverage", "Item", "measured"]
