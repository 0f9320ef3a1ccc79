using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Recsys.ServerTests.Redis;

/// <summary>A certificate authority of a test's own, and certificates that it signs, as PEM files.</summary>
internal sealed class CertificateFiles : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private readonly string _folder;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public CertificateFiles(string folder, string name)
    {
        _folder = folder;
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.CreateSelfSigned(Now - Life, Now + Life);
        AuthorityFile = Path.Combine(folder, name + ".pem");
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    /// <summary>The authority's certificate.</summary>
    public string AuthorityFile { get; }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Settings of a redis-server that shows a certificate for a host name, or for 127.0.0.1, on a port.</summary>
    /// <param name="host">A name; empty: only the address.</param>
    /// <param name="tlsPort">The port; the plain one stays.</param>
    public string[] RedisSettings(string host, int tlsPort)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=redis", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (host.Length > 0) names.AddDnsName(host);
        else names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_authority, Now - (Life / 2), Now + (Life / 2), RandomNumberGenerator.GetBytes(8));
        var (certificateFile, keyFile) = (Path.Combine(_folder, $"redis-{tlsPort}.pem"), Path.Combine(_folder, $"redis-{tlsPort}.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return
        [
            "tls-port", tlsPort.ToString(System.Globalization.CultureInfo.InvariantCulture), "tls-cert-file", certificateFile, "tls-key-file", keyFile,
            "tls-ca-cert-file", AuthorityFile, "tls-auth-clients", "no",
        ];
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }
}
