package dev.lockkeeper.describe.page;

/** A part of a line. */
public sealed interface Span {
    /** What people say; a line feed begins a new line. */
    record Text(String text) implements Span {}

    /** The same, so that the eye finds it. */
    record Strong(String text) implements Span {}

    /** What a program reads, as it is. */
    record Code(String text) implements Span {}

    /** The way to another place. */
    record Link(Span label, Target target) implements Span {}
}
