"""Tables for people: the first column to the left, figures to the right."""

import stats


def render(titles, rows, left=(0,)):
    """Returns the lines of a table. `left` are the columns of words."""
    cells = [list(titles), *(list(map(str, row)) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(titles))]
    lines = []
    for row in cells:
        line = "  ".join(text.ljust(width) if column in left else text.rjust(width)
                         for column, (text, width) in enumerate(zip(row, widths, strict=True)))
        lines.append("  " + line.rstrip())
    lines.insert(1, "  " + "  ".join("-" * width for width in widths))
    return lines


def figures(rounds, columns, names=None, first="", ratio=None):
    """Returns a table of medians and spreads. `rounds` are {name: {key: number}}; `columns` are
    (key, title, digits). With `ratio`, a last column compares the first figure with that name's."""
    names = names or list(dict.fromkeys(name for one in rounds for name in one))
    titles = [first, *(title for _, title, _ in columns)]
    if ratio:
        titles.append(f"x {ratio}")
    lines = []
    for name in names:
        row = [name]
        for key, _, digits in columns:
            values = [one[name][key] for one in rounds
                      if one.get(name, {}).get(key) is not None]
            row.append(stats.spread(values).text(digits) if values else "-")
        if ratio:
            row.append(_ratio(rounds, name, ratio, columns[0][0]))
        lines.append(row)
    return render(titles, lines)


def _ratio(rounds, name, other, key):
    found = stats.ratios([one.get(name, {}).get(key) for one in rounds],
                         [one.get(other, {}).get(key) for one in rounds])
    return stats.spread(found).text() if found else "-"
