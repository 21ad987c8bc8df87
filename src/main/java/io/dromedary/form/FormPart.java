package io.dromedary.form;

/**
 * One part of a form, by where it stands in the form's bytes.
 *
 * @param name     as it is written
 * @param field    the field that it is a value of: its name without {@code []} at the end
 * @param filename of a file, null where it has none
 * @param type     its content type
 * @param file     whether it is a file, or anything else that is no text
 * @param start    where its delimiter begins
 * @param value    where its value begins
 * @param end      after its value's last byte
 */
record FormPart(String name, String field, String filename, PartType type, boolean file, int start, int value,
        int end) {

    /** How many bytes its value has. */
    int length() {
        return end - value;
    }
}
