package dev.lockkeeper.describe.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Some spans in a row. */
public record Line(List<Span> spans) {
    public Line {
        spans = List.copyOf(spans);
    }

    public static Line empty() {
        return new Line(List.of());
    }

    /** One of a text. */
    public static Line of(String text) {
        return empty().text(text);
    }

    public Line text(String text) {
        return text.isEmpty() ? this : with(new Span.Text(text));
    }

    public Line strong(String text) {
        return with(new Span.Strong(text));
    }

    public Line code(String text) {
        return with(new Span.Code(text));
    }

    public Line link(Span label, Target target) {
        return with(new Span.Link(label, target));
    }

    /** This one with a span at its end. */
    public Line with(Span span) {
        List<Span> more = new ArrayList<>(spans);
        more.add(span);
        return new Line(more);
    }

    /** This one with another one at its end. */
    public Line and(Line other) {
        List<Span> more = new ArrayList<>(spans);
        more.addAll(other.spans);
        return new Line(more);
    }

    /** The codes, parted by commas. */
    public Line codes(List<String> codes) {
        Line line = this;
        for (int i = 0; i < codes.size(); i++) {
            line = (i == 0 ? line : line.text(", ")).code(codes.get(i));
        }
        return line;
    }

    public boolean isEmpty() {
        return spans.isEmpty();
    }

    /** Without any marks, as a terminal shows it. */
    public String plain() {
        return spans.stream().map(Line::plain).collect(Collectors.joining());
    }

    private static String plain(Span span) {
        if (span instanceof Span.Text text) {
            return text.text();
        }
        if (span instanceof Span.Strong strong) {
            return strong.text();
        }
        if (span instanceof Span.Code code) {
            return code.text();
        }
        return plain(((Span.Link) span).label());
    }
}
