package dev.lockkeeper.stewardship;

/** The same on the oldest server. */
@Servers.Oldest
class ErasureOldestTest extends ErasureTest {}
