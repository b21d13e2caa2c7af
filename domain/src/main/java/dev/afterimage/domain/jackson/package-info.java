/**
 * Events as JSON text, written and read with Jackson. Start reading at
 * {@link dev.afterimage.domain.jackson.JacksonEventCodec}. May import the domain and Jackson.
 */
@NullMarked
package dev.afterimage.domain.jackson;

import org.jspecify.annotations.NullMarked;
