"""Configuration: what is accepted, and what is said about what is not."""

from __future__ import annotations

import dataclasses
import tomllib

import pytest

from shapecheck.cli.init import template
from shapecheck.core.settings import Settings, describe
from shapecheck.project.configuration import ConfigurationError, check_rules, from_table, load
from shapecheck.rules import names


def test_nothing_configured_is_the_default(tmp_path):
    (tmp_path / "shapecheck.toml").write_text("")
    assert load(str(tmp_path / "shapecheck.toml")) == Settings()


def test_pyproject_and_a_file_of_its_own_say_the_same(tmp_path):
    (tmp_path / "shapecheck.toml").write_text('ignore = ["not-square"]\nlayout = "numerator"\n')
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck]\nignore = ["not-square"]\nlayout = "numerator"\n[tool.other]\nx = 1\n')
    own = load(str(tmp_path / "shapecheck.toml"))
    assert own == load(str(tmp_path / "pyproject.toml"))
    assert own == Settings(ignore=("not-square",), layout="numerator")


def test_every_example_is_valid_and_changes_its_setting():
    for option in describe():
        settings = from_table(tomllib.loads(option.example), "x.toml")
        assert settings != Settings(), option.key
        check_rules(settings, names(), "x.toml")


def test_every_setting_is_described():
    assert [option.key for option in describe()] == [field.name.replace("_", "-") for field in dataclasses.fields(Settings)]
    for option in describe():
        assert option.about.endswith(".")
        assert (option.type == "string") == bool(option.choices)


def test_the_template_is_the_default_until_a_line_is_uncommented():
    text = template()
    assert from_table(tomllib.loads(text), "x.toml") == Settings()
    for option in describe():
        changed = text.replace(f"# {option.example}\n", f"{option.example}\n")
        assert from_table(tomllib.loads(changed), "x.toml") != Settings(), option.key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('igore = ["x"]', "x.toml: unknown key `igore`; did you mean `ignore`?"),
        ("per_file_ignores = {}", "did you mean `per-file-ignores`?"),
        ("qqq = 1", "unknown key `qqq`"),
        ('ignore = "not-square"', "`ignore` must be a list of strings"),
        ("ignore = [1]", "`ignore` must be a list of strings"),
        ('layout = "numerater"', "must be one of `gradient`, `numerator`; did you mean `numerator`?"),
        ("layout = 3", "must be one of"),
        ('severity = { not-square = "eror" }', "did you mean `error`?"),
        ("severity = 3", "`severity` must be a table"),
        ('per-file-ignores = { "a" = "b" }', '`per-file-ignores` of "a" must be a list'),
        ("extensions = { inc = 3 }", "`extensions` must map names to names"),
        ('force-exclude = "yes"', "`force-exclude` must be true or false"),
    ],
)
def test_what_cannot_be_meant(text, said):
    with pytest.raises(ConfigurationError) as caught:
        from_table(tomllib.loads(text), "x.toml")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        'ignore = ["not-sqare"]',
        'select = ["not-sqare"]',
        'severity = { not-sqare = "off" }',
        'per-file-ignores = { "a" = ["not-sqare"] }',
    ],
)
def test_unknown_rules(text):
    settings = from_table(tomllib.loads(text), "x.toml")
    with pytest.raises(ConfigurationError) as caught:
        check_rules(settings, names(), "x.toml")
    assert str(caught.value) == "x.toml: unknown rule `not-sqare`; did you mean `not-square`?"


@pytest.mark.parametrize("content", [b"a = ", b"\xff", b"[tool"])
def test_what_is_no_toml(tmp_path, content):
    (tmp_path / "shapecheck.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match="this is not TOML"):
        load(str(tmp_path / "shapecheck.toml"))


def test_a_table_that_is_none(tmp_path):
    (tmp_path / "pyproject.toml").write_text("tool.shapecheck = 3\n")
    with pytest.raises(ConfigurationError, match="must be a table"):
        load(str(tmp_path / "pyproject.toml"))
