package io.hosu.objects.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlElementTest {
  @Test
  void whatIsWrittenReadsBack() {
    String odd = "a&b<c>\"d\"\r\n\té😀";
    byte[] document = XmlWriter.of("Delete").begin("Object").element("Key", odd).bytes();
    XmlElement read = XmlElement.parse(document, "Delete");
    assertThat(read.children("Object").getFirst().require("Key")).isEqualTo(odd);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text",
        "<Delete>",
        "<Other/>",
        "<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Delete>&e;</Delete>",
        "<!DOCTYPE d [<!ENTITY e \"x\">]><Delete>&e;</Delete>",
        "<Delete>&e;</Delete>",
        "<Delete><a><b><c><d><e><f><g><h><i><j><k><l><m><n><o><p/></o></n></m></l></k></j></i></h></g></f></e></d></c></b></a></Delete>"
      })
  void whatIsNotTheDocumentIsRefused(String text) {
    assertThatThrownBy(() -> XmlElement.parse(text.getBytes(UTF_8), "Delete"))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(e.code()).isEqualTo(S3Error.MALFORMED_XML));
  }
}
