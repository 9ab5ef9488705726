package dev.lockkeeper.describe.types;

import java.util.List;

final class JavaWriter {
    JavaWriter(Described described, String javaPackage) {}

    List<GeneratedFile> files() {
        return List.of();
    }
}
