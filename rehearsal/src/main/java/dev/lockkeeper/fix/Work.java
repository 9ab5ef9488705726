package dev.lockkeeper.fix;

import dev.lockkeeper.rehearsal.Course;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migrations;

/**
 * A component whose migrations are looked at.
 *
 * @param folder from which they were read
 * @param course which of them are looked at
 */
public record Work(Folder folder, Migrations migrations, Course course) {}
