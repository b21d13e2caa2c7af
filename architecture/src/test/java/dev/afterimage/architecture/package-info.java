/**
 * The plan of the house, as tests: which module may enter which, and where each library lives. Start reading at
 * {@link dev.afterimage.architecture.ModuleArrowsTest}. May import everything.
 */
@NullMarked
package dev.afterimage.architecture;

import org.jspecify.annotations.NullMarked;
