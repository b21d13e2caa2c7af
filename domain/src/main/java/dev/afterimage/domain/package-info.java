@NullMarked
package dev.afterimage.domain;

import org.jspecify.annotations.NullMarked;
