package dev.lockkeeper.embedded;

/** Where a server keeps its data while it lives. */
public enum Storage {
    /** Memory if the machine has a memory disk with room and enough free memory, else disk. */
    AUTO,
    /** The memory disk {@code /dev/shm} of Linux; an error where there is none. */
    MEMORY,
    /** The cache directory. */
    DISK
}
