package dev.lockkeeper.describe.dictionary;

import dev.lockkeeper.describe.page.Markdown;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** Finds what people have written into a page. */
final class Notes {
    private Notes() {}

    /**
     * What stands between the marks; empty when there is nothing, or when there are no marks.
     *
     * @param file the name of the page, to be told
     * @param text of the page, its lines ended by line feeds alone
     * @throws dev.lockkeeper.problem.LockkeeperException {@code docs-file} when there is another number of marks than two
     */
    static String in(String file, String text) {
        List<Integer> marks = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().equals(Markdown.NOTES)) {
                marks.add(i);
            }
        }
        if (marks.isEmpty()) {
            return "";
        }
        if (marks.size() != 2) {
            int last = marks.get(marks.size() - 1);
            throw Problem.of(
                            Code.DOCS_FILE,
                            marks.size() == 1
                                    ? "the mark of notes stands here once, so where they end is not known"
                                    : "the mark of notes stands here a third time, so which notes are meant is not known")
                    .at(new Place(file, marks.size() == 1 ? last + 1 : marks.get(2) + 1, 1, null))
                    .help("have it twice, on lines of their own, one above the notes and one below: " + Markdown.NOTES)
                    .asException();
        }
        StringBuilder notes = new StringBuilder();
        lines.subList(marks.get(0) + 1, marks.get(1))
                .forEach(line -> notes.append(line).append('\n'));
        return notes.toString().isBlank() ? "" : notes.toString();
    }
}
