package io.hosu.http;

/**
 * One header line.
 *
 * @param name in small letters
 * @param value the bytes as they were sent, each as one character (ISO-8859-1)
 */
public record Header(String name, String value) {}
