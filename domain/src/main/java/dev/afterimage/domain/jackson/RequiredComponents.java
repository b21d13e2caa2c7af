package dev.afterimage.domain.jackson;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.AnnotationIntrospectorPair;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells Jackson which components of a record a document must have: all that are neither an {@code Optional} nor
 * annotated {@code @Nullable}, by whatever library's annotation of that name that is kept at run time.
 */
final class RequiredComponents extends NopAnnotationIntrospector {

    private static final long serialVersionUID = 1L;
    private static final Set<Class<?>> MAY_BE_MISSING =
            Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

    private RequiredComponents() {}

    static ObjectMapper in(ObjectMapper mapper) {
        var others = mapper.getDeserializationConfig().getAnnotationIntrospector();
        return mapper.setAnnotationIntrospector(AnnotationIntrospectorPair.pair(new RequiredComponents(), others));
    }

    @Override
    public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
        if (!(member instanceof AnnotatedParameter parameter) || !isOfCanonicalConstructor(parameter)) {
            return null;
        }
        var component = parameter.getDeclaringClass().getRecordComponents()[parameter.getIndex()];
        return !MAY_BE_MISSING.contains(component.getType()) && !isNullable(component);
    }

    private static boolean isOfCanonicalConstructor(AnnotatedParameter parameter) {
        var components = parameter.getDeclaringClass().getRecordComponents();
        return components != null
                && parameter.getOwner().getParameterCount() == components.length
                && components[parameter.getIndex()].getType() == parameter.getRawType();
    }

    private static boolean isNullable(RecordComponent component) {
        return Stream.of(
                        component.getAnnotations(), component.getAnnotatedType().getAnnotations())
                .flatMap(Stream::of)
                .map(Annotation::annotationType)
                .anyMatch(type -> type.getSimpleName().equals("Nullable"));
    }
}
