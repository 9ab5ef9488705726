package dev.lockkeeper.describe.types;

import java.util.Set;

/** Words that languages keep for themselves. */
final class Reserved {
    /** ECMAScript 2024, 12.7.2, with the words of strict mode and of modules. */
    static final Set<String> SCRIPT = Set.of(
            "arguments", "as", "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger",
            "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "from",
            "function", "if", "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "package",
            "private", "protected", "public", "return", "static", "super", "switch", "this", "throw", "true", "try",
            "typeof", "undefined", "var", "void", "while", "with", "yield");
    /** Java Language Specification 17, 3.9, and the methods of Object, whose names no component of a record may have (8.10.1). */
    static final Set<String> JAVA = Set.of(
            "abstract", "assert", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "continue",
            "default", "do", "double", "else", "enum", "extends", "false", "final", "finally", "float", "for", "goto",
            "if", "implements", "import", "instanceof", "int", "interface", "long", "native", "new", "null", "package",
            "private", "protected", "public", "return", "short", "static", "strictfp", "super", "switch",
            "synchronized", "this", "throw", "throws", "transient", "true", "try", "void", "volatile", "while", "_",
            "clone", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait");

    private Reserved() {}
}
