package org.visitbalance.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignatureTest {
  @Test
  void signsAsThePublishedTestVectorOfTheSpecificationDoes() {
    String signature =
        Signature.of(
            List.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            Instant.ofEpochSecond(1_614_265_330),
            "{\"test\": 2432232314}");

    assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void aSecretHasAPrefixAnd24To64BytesInBase64() {
    assertThat(Signature.isSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).isTrue();
    assertThat(Signature.isSecret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).isFalse();
    assertThat(Signature.isSecret("whsec_c2hvcnQ=")).isFalse();
    assertThat(Signature.isSecret("whsec_!!!!")).isFalse();
  }
}
