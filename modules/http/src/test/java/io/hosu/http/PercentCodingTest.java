package io.hosu.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentCodingTest {
  @ParameterizedTest
  @CsvSource({
    "abcXYZ019-._~, abcXYZ019-._~",
    "a b+c, a%20b%2Bc",
    "/a%, %2Fa%25",
    "é你, %C3%A9%E4%BD%A0",
    "😀*'(), %F0%9F%98%80%2A%27%28%29"
  })
  void textIsEncodedAsSignaturesNeedItAndReadBack(String text, String encoded) {
    assertThat(PercentCoding.encode(text)).isEqualTo(encoded);
    assertThat(PercentCoding.decode(encoded)).contains(text);
    assertThat(PercentCoding.decodeForm(encoded)).contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%F", "%zz", "%FF", "%C3", "%E4%BD", "%C0%80", "%ED%A0%80", "a%-1"})
  void whatIsNoPercentEncodedUtf8IsNotGuessed(String encoded) {
    assertThat(PercentCoding.decode(encoded)).isEmpty();
    assertThat(PercentCoding.decodeForm(encoded)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"a+b, a+b, a b", "%2B, +, +"})
  void plusIsASpaceOnlyInForms(String encoded, String path, String form) {
    assertThat(PercentCoding.decode(encoded)).contains(path);
    assertThat(PercentCoding.decodeForm(encoded)).contains(form);
  }
}
