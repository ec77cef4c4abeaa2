"""Class groups, as node and centre both know them."""

from broker.groups import Group as Group
from broker.groups import group_of as group_of
from broker.groups import label_word as label_word
from broker.groups import words_of as words_of
