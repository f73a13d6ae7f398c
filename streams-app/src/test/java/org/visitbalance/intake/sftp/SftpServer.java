package org.visitbalance.intake.sftp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.DirectoryHandle;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.apache.sshd.sftp.server.SftpSubsystem;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** A real SFTP server in this process, which can misbehave. */
public final class SftpServer implements AutoCloseable {
  public static final KeyPair CLIENT = pair("EC", 256);

  private final KeyPair hostKey;
  private final Path root;
  private final SshServer server;

  /** Is told of each read: the session and how far it is. */
  volatile BiConsumer<ServerSession, Long> reading = (session, offset) -> {};

  /** What the server says a file is called. */
  volatile UnaryOperator<String> names = name -> name;

  final AtomicInteger reads = new AtomicInteger();

  private SftpServer(Path root, int port, KeyPair hostKey) {
    this.root = root;
    this.hostKey = hostKey;
    this.server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(port);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPublickeyAuthenticator(
        (user, key, session) ->
            user.equals("harbor") && KeyUtils.compareKeys(key, CLIENT.getPublic()));
    server.setFileSystemFactory(new VirtualFileSystemFactory(root));
    server.setSubsystemFactories(List.of(new Subsystem()));
  }

  public static SftpServer start(Path root, int port, KeyPair hostKey) {
    try {
      Files.createDirectories(root.resolve("outbound"));
      SftpServer server = new SftpServer(root, port, hostKey);
      server.server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static KeyPair pair(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String privateKey(KeyPair pair) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(
          pair,
          "test",
          (org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext) null,
          out);
      return out.toString(StandardCharsets.UTF_8);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public int port() {
    return server.getPort();
  }

  public Path outbound() {
    return root.resolve("outbound");
  }

  /** The line of known_hosts for a key of this server. */
  static String known(int port, KeyPair key) {
    return "[127.0.0.1]:" + port + " " + PublicKeyEntry.toString(key.getPublic()) + "\n";
  }

  public String known() {
    return known(port(), hostKey);
  }

  private final class Subsystem extends SftpSubsystemFactory {
    Subsystem() {
      addSftpEventListener(
          new SftpEventListener() {
            @Override
            public void reading(
                ServerSession session,
                String handle,
                FileHandle file,
                long offset,
                byte[] data,
                int at,
                int length) {
              reads.incrementAndGet();
              reading.accept(session, offset);
            }
          });
    }

    @Override
    public Command createSubsystem(ChannelSession channel) throws IOException {
      SftpSubsystem subsystem =
          new SftpSubsystem(channel, this) {
            @Override
            protected void writeDirEntry(
                int id,
                DirectoryHandle folder,
                Map<String, Path> entries,
                Buffer buffer,
                int index,
                Path file,
                String shortName,
                LinkOption... options)
                throws IOException {
              super.writeDirEntry(
                  id, folder, entries, buffer, index, file, names.apply(shortName), options);
            }
          };
      getRegisteredListeners().forEach(subsystem::addSftpEventListener);
      return subsystem;
    }
  }

  @Override
  public void close() {
    try {
      server.stop(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
