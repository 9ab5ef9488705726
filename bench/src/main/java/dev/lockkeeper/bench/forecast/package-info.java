@org.jspecify.annotations.NullMarked
package dev.lockkeeper.bench.forecast;
