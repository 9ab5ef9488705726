package dev.lockkeeper.doctor;

/**
 * What was not looked at. It is never taken for good.
 *
 * @param what was to be looked at
 * @param why it was not, and what would let it be
 */
public record Unseen(Part part, String what, String why) {}
