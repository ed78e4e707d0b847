"""Every rule on the tree, in one table."""

from collections.abc import Callable, Iterator

from tests.architecture import folders, said, source, translations, words
from tests.architecture.tree import Tree

Rule = Callable[[Tree], Iterator[str]]

RULES: tuple[Rule, ...] = (
    folders.folders_are_listed,
    folders.rooms_are_known,
    folders.entry_points_are_short,
    folders.names_say_something,
    folders.migrations_are_numbered,
    folders.code_is_in_packages,
    source.only_the_clock_reads_the_clock,
    source.fakes_have_names,
    source.files_are_short,
    source.functions_are_short,
    source.tests_say_what_they_protect,
    source.nothing_is_unfinished,
    said.refusals_have_words,
    said.findings_have_words,
    translations.catalogues_are_complete,
    words.no_package_registry_is_named,
    words.no_machine_is_named,
    words.dependencies_have_reasons,
    words.locks_are_exact,
)
