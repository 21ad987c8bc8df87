package io.dromedary.attempt;

/**
 * What is to be done with a parameter that an upstream does not take.
 *
 * @param name      the request's field
 * @param renamedTo the name under which the upstream takes its value; null where the field is left out
 */
public record ParameterChange(String name, String renamedTo) {

    /** Whether the field is left out. */
    public boolean drops() {
        return renamedTo == null;
    }
}
