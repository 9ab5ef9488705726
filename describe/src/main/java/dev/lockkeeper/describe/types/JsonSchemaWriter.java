package dev.lockkeeper.describe.types;

import java.util.List;

final class JsonSchemaWriter {
    JsonSchemaWriter(Described described) {}

    List<GeneratedFile> files() {
        return List.of();
    }
}
