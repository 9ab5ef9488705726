package dev.lockkeeper.stewardship;

/** The same on the oldest server. */
@Servers.Oldest
class DataRulesOldestTest extends DataRulesTest {}
