package dev.lockkeeper.describe.types;

/**
 * A file to write.
 *
 * @param path below the folder of the types, with slashes
 */
public record GeneratedFile(String path, String text) {}
