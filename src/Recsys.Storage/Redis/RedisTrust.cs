using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Recsys.Storage.Redis;

/// <summary>Judges the certificate that Redis shows, and remembers why it was refused: the library itself says only that something was.</summary>
internal sealed class RedisTrust
{
    private readonly X509Certificate2Collection? _authorities;
    private volatile string? _refusal;

    /// <param name="authorityFile">A PEM file of the authorities to trust; empty: those of the system.</param>
    /// <exception cref="ArgumentException">The file can't be read.</exception>
    public RedisTrust(string authorityFile)
    {
        if (authorityFile.Length == 0)
            return;
        _authorities = [];
        try
        {
            _authorities.ImportFromPemFile(authorityFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException($"The authority of Redis' certificate can't be read: {error.Message}", error);
        }

        if (_authorities.Count == 0)
            throw new ArgumentException($"The file {authorityFile} holds no certificate in PEM: it can't be the authority of Redis' certificate.");
    }

    /// <summary>Why a certificate was refused last; null: none was.</summary>
    public string? Refusal => _refusal;

    /// <summary>Whether to go on with a certificate.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        string? refusal = RefusalOf(certificate, chain, errors);
        _refusal = refusal ?? _refusal;
        return refusal is null;
    }

    private string? RefusalOf(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown)
            return "it shows no certificate";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"its certificate ({shown.Subject}) isn't for the host name that it's reached by";
        if (_authorities is null)
            return errors == SslPolicyErrors.None ? null : $"its certificate ({shown.Subject}) isn't one that this system trusts: {StatusOf(chain)}";
        using var own = new X509Chain();
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        own.ChainPolicy.ExtraStore.AddRange(_authorities);
        if (chain is not null)
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        // The authority needn't be a root itself: so one of the given ones must be found in the chain, whose signatures are checked all the same.
        own.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        if (!own.Build(shown))
            return $"its certificate ({shown.Subject}) isn't valid: {StatusOf(own)}";
        return own.ChainElements.Any(element => _authorities.Contains(element.Certificate))
            ? null
            : $"its certificate ({shown.Subject}, issued by {shown.Issuer}) isn't signed by the given authority";
    }

    private static string StatusOf(X509Chain? chain) => string.Join(" ", chain?.ChainStatus.Select(status => status.StatusInformation) ?? []);
}
