package dev.lockkeeper.source;

import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.sql.Cut;
import dev.lockkeeper.sql.Splitter;
import dev.lockkeeper.sql.SqlFlaw;
import dev.lockkeeper.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A text in memory. */
final class HeldBody implements Body {
    private final SourceText template;
    private final SourceText rendered;
    // asked for several times a run, and hashing is what a short process has no time to compile well
    private @Nullable Checksum checksum;
    // a run makes its plan twice, before and under the lock
    private @Nullable Split split;

    private record Split(boolean declines, Script.Commands commands) {}

    HeldBody(SourceText template, SourceText rendered) {
        this.template = template;
        this.rendered = rendered;
    }

    @Override
    public String kept() {
        return template.text();
    }

    @Override
    public String template() {
        return template.text();
    }

    @Override
    public String text() {
        return rendered.text();
    }

    @Override
    public String content() {
        return rendered.content();
    }

    @Override
    public boolean mentions(String token) {
        return template.text().contains("${" + token + "}");
    }

    @Override
    public Checksum checksum() {
        Checksum known = checksum;
        if (known == null) {
            known = Checksum.of(template.text());
            checksum = known;
        }
        return known;
    }

    @Override
    public Checksum renderedChecksum() {
        return template.text().equals(text()) ? checksum() : Checksum.of(text());
    }

    @Override
    public Place place(int offset) {
        return rendered.place(offset);
    }

    @Override
    public Cut.Span origin(int start, int end) {
        return new Cut.Span(rendered.originOf(start), end > start ? rendered.endOf(end) : rendered.originOf(start));
    }

    @Override
    public Body render(Tokens tokens, List<Problem> errors, Consumer<Problem> warnings) {
        HeldBody other = new HeldBody(template, tokens.render(template, errors, warnings));
        other.checksum = checksum();
        return other;
    }

    @Override
    public Script.Commands commands(boolean declines) {
        Split known = split;
        if (known == null || known.declines() != declines) {
            known = new Split(declines, split(declines));
            split = known;
        }
        return known.commands();
    }

    private Script.Commands split(boolean declines) {
        Cut cut;
        try {
            cut = Splitter.cut(text());
        } catch (SqlFlaw flaw) {
            throw Wrapping.problem(flaw, this::place);
        }
        Wrapping wrapping = new Wrapping(this::place);
        cut.statements().forEach(wrapping::take);
        List<Statement> inner = wrapping.end(true)
                ? cut.statements().subList(1, cut.statements().size() - 1)
                : cut.statements();
        List<Cut.Span> unsent = new ArrayList<>(cut.unsent());
        wrapping.pair().forEach(s -> unsent.add(new Cut.Span(s.start(), s.end())));
        Directives directives = Directives.of(this, inner, cut.comments());
        wrapping.check(directives);
        return new HeldCommands(
                blank(unsent),
                List.copyOf(inner),
                directives,
                wrapping.isWhole(),
                (declines && !wrapping.isWhole()) || directives.declineTransaction(),
                cut.plainBackslash());
    }

    /** Blanks out instead of cutting, so that the server's error positions stay true. */
    private String blank(List<Cut.Span> unsent) {
        if (unsent.isEmpty()) {
            return text();
        }
        StringBuilder blanked = new StringBuilder(text());
        for (Cut.Span span : unsent) {
            for (int i = span.start(); i < span.end(); i++) {
                blanked.setCharAt(i, ' ');
            }
        }
        return blanked.toString();
    }
}
