/** What the data of a project are: how confidential each column is, whose, how long it is kept and how it is forgotten. */
@NullMarked
package dev.lockkeeper.stewardship.classification;

import org.jspecify.annotations.NullMarked;
