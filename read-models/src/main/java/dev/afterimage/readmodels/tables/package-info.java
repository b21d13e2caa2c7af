/**
 * The tables of versions and the views that show them under the plain names. Start reading at
 * {@link dev.afterimage.readmodels.tables.VersionTables}, then {@link dev.afterimage.readmodels.tables.PlainNames}. May
 * import the types that describe a version.
 */
@NullMarked
package dev.afterimage.readmodels.tables;

import org.jspecify.annotations.NullMarked;
