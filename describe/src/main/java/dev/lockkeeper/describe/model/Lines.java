package dev.lockkeeper.describe.model;

import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;

/** Lays JSON out so that each object of a list that is announced has a line of its own. Not thread-safe. */
final class Lines implements PrettyPrinter {
    /** For each list around the present place, whether its items have lines. */
    private final Deque<Boolean> lists = new ArrayDeque<>();

    private int lined;
    private boolean announced;

    /** The next list has its items on lines of their own. */
    void announce() {
        announced = true;
    }

    /** The context of a generator that is laid out so. */
    ObjectWriteContext context() {
        return new ObjectWriteContext.Base() {
            @Override
            public PrettyPrinter getPrettyPrinter() {
                return Lines.this;
            }

            @Override
            public boolean hasPrettyPrinter() {
                return true;
            }
        };
    }

    @Override
    public void writeRootValueSeparator(JsonGenerator out) {
        // there is one value
    }

    @Override
    public void writeStartObject(JsonGenerator out) {
        out.writeRaw('{');
    }

    @Override
    public void beforeObjectEntries(JsonGenerator out) {
        // on the same line
    }

    @Override
    public void writeObjectNameValueSeparator(JsonGenerator out) {
        out.writeRaw(": ");
    }

    @Override
    public void writeObjectEntrySeparator(JsonGenerator out) {
        out.writeRaw(", ");
    }

    @Override
    public void writeEndObject(JsonGenerator out, int entries) {
        out.writeRaw('}');
    }

    @Override
    public void writeStartArray(JsonGenerator out) {
        lists.push(announced);
        lined += announced ? 1 : 0;
        announced = false;
        out.writeRaw('[');
    }

    @Override
    public void beforeArrayValues(JsonGenerator out) {
        feed(out, lined);
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator out) {
        out.writeRaw(Boolean.TRUE.equals(lists.peek()) ? "," : ", ");
        feed(out, lined);
    }

    @Override
    public void writeEndArray(JsonGenerator out, int values) {
        if (values > 0) {
            feed(out, lined - 1);
        }
        lined -= lists.pop() ? 1 : 0;
        out.writeRaw(']');
    }

    private void feed(JsonGenerator out, int indent) {
        if (Boolean.TRUE.equals(lists.peek())) {
            out.writeRaw("\n" + " ".repeat(indent));
        }
    }
}
