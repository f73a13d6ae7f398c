package org.visitbalance.intake.sftp;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.client.keyverifier.KnownHostsServerKeyVerifier;
import org.apache.sshd.client.keyverifier.RejectAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactoryFactory;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;

/**
 * A connection to an SFTP server whose host key is known. Nothing of this machine is used but what
 * the entry names: no key, no agent, and no configuration of its users.
 */
final class SftpConnection implements AutoCloseable {
  private static final Duration CONNECTING = Duration.ofSeconds(30);

  /** For so long, nothing may come from the server. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private final SshClient client;
  private final SftpClient sftp;

  private SftpConnection(SshClient client, SftpClient sftp) {
    this.client = client;
    this.sftp = sftp;
  }

  /**
   * Connects.
   *
   * @throws SftpTrouble if the server cannot be used now
   */
  static SftpConnection open(SftpEntry entry, KeyPair key) throws IOException {
    SshClient client = client(entry);
    AtomicBoolean isRefused = new AtomicBoolean();
    var known =
        new KnownHostsServerKeyVerifier(RejectAllServerKeyVerifier.INSTANCE, entry.knownHosts());
    client.setServerKeyVerifier(
        (session, address, serverKey) -> {
          boolean isKnown = known.verifyServerKey(session, address, serverKey);
          isRefused.set(!isKnown);
          return isKnown;
        });
    try {
      client.start();
      ClientSession session =
          client.connect(entry.user(), entry.host(), entry.port()).verify(CONNECTING).getSession();
      session.addPublicKeyIdentity(key);
      session.auth().verify(CONNECTING);
      return new SftpConnection(client, SftpClientFactory.instance().createSftpClient(session));
    } catch (IOException | RuntimeException e) {
      client.stop();
      throw new SftpTrouble(
          isRefused.get()
              ? "the host key of "
                  + place(entry)
                  + " is not the one in "
                  + entry.knownHosts()
                  + "; nothing is fetched until somebody has checked it"
              : place(entry) + " does not answer or does not let " + entry.user() + " in",
          e);
    }
  }

  private static SshClient client(SftpEntry entry) throws IOException {
    SshClient client = SshClient.setUpDefaultClient();
    client.setIoServiceFactoryFactory(new Nio2ServiceFactoryFactory());
    client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    client.setAgentFactory(null);
    List<NamedFactory<Signature>> all = client.getSignatureFactories();
    client.setUserAuthFactories(List.of(new UserAuthPublicKeyFactory(all)));
    Set<String> types = keyTypes(entry);
    // A server with several host keys shows one of those that are known.
    client.setSignatureFactories(
        all.stream()
            .filter(one -> types.contains(KeyUtils.getCanonicalKeyType(one.getName())))
            .toList());
    if (client.getSignatureFactories().isEmpty()) {
      throw new SftpTrouble(
          entry.knownHosts()
              + " has no host key of RSA or ECDSA for "
              + place(entry)
              + "; 'ssh-keyscan -t rsa,ecdsa' prints them, and the server's owner says which are"
              + " right");
    }
    CoreModuleProperties.IDLE_TIMEOUT.set(client, SILENCE);
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(client, SILENCE);
    CoreModuleProperties.AUTH_TIMEOUT.set(client, CONNECTING);
    SftpModuleProperties.SFTP_CHANNEL_OPEN_TIMEOUT.set(client, CONNECTING);
    return client;
  }

  /** The types of the host keys that are known of a server. */
  private static Set<String> keyTypes(SftpEntry entry) throws IOException {
    Set<String> types = new HashSet<>();
    try {
      for (KnownHostEntry one : KnownHostEntry.readKnownHostEntries(entry.knownHosts())) {
        if (one.isHostMatch(entry.host(), entry.port()) && one.getKeyEntry() != null) {
          types.add(KeyUtils.getCanonicalKeyType(one.getKeyEntry().getKeyType()));
        }
      }
    } catch (NoSuchFileException e) {
      throw new SftpTrouble("there is no file " + entry.knownHosts() + " of known hosts", e);
    } catch (RuntimeException e) {
      throw new SftpTrouble("the known hosts in " + entry.knownHosts() + " cannot be read", e);
    }
    return types;
  }

  private static String place(SftpEntry entry) {
    return entry.host() + ":" + entry.port();
  }

  SftpClient sftp() {
    return sftp;
  }

  @Override
  public void close() {
    client.close(true);
    client.stop();
  }
}
