/**
 * Questions to the read models, and the answers that are known for Northwind's data. Start reading at
 * {@link dev.afterimage.examples.northwind.answers.Answers}, then
 * {@link dev.afterimage.examples.northwind.answers.KnownAnswers}. May import jOOQ.
 */
@NullMarked
package dev.afterimage.examples.northwind.answers;

import org.jspecify.annotations.NullMarked;
