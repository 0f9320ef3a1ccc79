using System.Buffers.Text;
using System.Security.Cryptography;
using Recsys.Serving.Bytes;
using Recsys.Storage;

namespace Recsys.Serving.Lists;

/// <summary>
/// Page tokens: what is left of a snapshot, so that no server has to remember it. Signed with HMAC-SHA256 (first 16 bytes) under a key kept in the store, so that any replica
/// reads it and nobody can make one up; valid for 30 minutes and for the same request only. An item takes 6 to 16 bytes before base64url.
/// </summary>
internal sealed class PageTokens
{
    /// <summary>The collection of the key.</summary>
    public const string Collection = "secrets";

    /// <summary>The name of the key.</summary>
    public const string KeyName = "page_tokens";

    private const byte Version = 4;
    private const byte VersionOfExperiment = 5;
    private const byte HasPropensity = 0x80;
    private const int SignatureLength = 16;
    private const long LifetimeMs = 30 * 60_000;

    private readonly byte[] _key;

    private PageTokens(byte[] key) => _key = key;

    /// <summary>Reads the key, or makes it where there is none yet.</summary>
    public static async Task<PageTokens> OpenAsync(IRecsysStore store, CancellationToken cancellationToken)
    {
        if (await store.GetDocumentAsync(Collection, "", KeyName, cancellationToken) is { } stored) return new(stored.Content.ToArray());
        var write = new DocumentWrite
        {
            Collection = Collection,
            Key = new("", KeyName),
            Content = RandomNumberGenerator.GetBytes(32),
            ExpectedRevision = 0,
        };
        await store.PutDocumentsAsync([write], cancellationToken);

        // Whether this write or another process's came first: what is stored counts.
        var document = await store.GetDocumentAsync(Collection, "", KeyName, cancellationToken);
        return new(document?.Content.ToArray() ?? throw new InvalidDataException($"The store has no document {Collection}/{KeyName} right after it was written."));
    }

    /// <summary>A token for everything from a place of the snapshot on.</summary>
    /// <param name="snapshot">The list.</param>
    /// <param name="next">Index of the first item left.</param>
    /// <param name="request">Fingerprint of the request.</param>
    public string Write(Snapshot snapshot, int next, ulong request)
    {
        var writer = CompactWriter.OfThread;
        writer.Byte(snapshot.ExperimentId.Length == 0 ? Version : VersionOfExperiment);
        writer.Bytes(snapshot.RecommendationId.ToByteArray());
        writer.Signed(snapshot.CreateTimeMs);
        writer.Fixed64(request);
        writer.Text(snapshot.ModelVersion);
        writer.Unsigned((snapshot.Followed.Kinds << 1) | (snapshot.Personalized ? 1u : 0));
        if (snapshot.Followed.Kinds != 0) writer.Fixed64(snapshot.Followed.Since);
        writer.Signed(snapshot.StateRevision);
        if (snapshot.ExperimentId.Length > 0)
        {
            writer.Text(snapshot.ExperimentId);
            writer.Text(snapshot.Variant);
        }

        writer.Unsigned((ulong)(snapshot.FirstPosition + next));
        writer.Unsigned((ulong)(snapshot.Count - next));
        var before = uint.MaxValue;
        foreach (ref readonly var entry in snapshot.Entries[next..])
        {
            writer.Unsigned(entry.Item);
            var key = Ascending(entry.Score);
            writer.Signed((long)before - key);
            before = key;
            writer.Byte(entry.Sources);
            writer.Byte((byte)((byte)entry.Main | (entry.Propensity == 1 ? 0 : HasPropensity)));
            if (entry.Propensity != 1) writer.Fixed16(BitConverter.HalfToUInt16Bits((Half)entry.Propensity));
            writer.Fixed16(BitConverter.HalfToUInt16Bits((Half)entry.MainScore));
        }

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, writer.Written, hash);
        writer.Bytes(hash[..SignatureLength]);
        return Base64Url.EncodeToString(writer.Written);
    }

    /// <summary>Reads a token.</summary>
    /// <exception cref="EngineException">InvalidArgument: it isn't one, it has expired, or it belongs to another request.</exception>
    public Snapshot Read(string token, ulong request, long nowMs)
    {
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(token);
        }
        catch (FormatException e)
        {
            throw Invalid("The token isn't base64url.", e);
        }

        if (bytes.Length < SignatureLength) throw Invalid("The token is too short.");
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, bytes.AsSpan(0, bytes.Length - SignatureLength), hash);
        if (!CryptographicOperations.FixedTimeEquals(hash[..SignatureLength], bytes.AsSpan(bytes.Length - SignatureLength)))
            throw Invalid("The token wasn't made here, or it was changed.");
        try
        {
            return Read(bytes.AsSpan(0, bytes.Length - SignatureLength), request, nowMs);
        }
        catch (InvalidDataException e)
        {
            throw Invalid("The token is of another version of this server.", e);
        }
    }

    private static Snapshot Read(ReadOnlySpan<byte> bytes, ulong request, long nowMs)
    {
        var reader = new CompactReader(bytes);
        var version = reader.Byte();
        if (version is not (Version or VersionOfExperiment)) throw Invalid("The token is of another version of this server.");
        var id = new Guid(reader.Take(16));
        var createTime = reader.Signed();
        if (nowMs - createTime > LifetimeMs) throw Invalid("The token has expired: it's valid for 30 minutes.");
        if (reader.Fixed64() != request) throw Invalid("The token belongs to another request: every other field must be as it was.");
        var model = reader.Text();
        var followed = (uint)reader.Unsigned((FollowedUsers.MostKinds << 1) | 1, "Whom a list follows");
        var snapshot = new Snapshot
        {
            RecommendationId = id,
            CreateTimeMs = createTime,
            ModelVersion = model,
            Personalized = (followed & 1) != 0,
            Followed = followed > 1 ? new(followed >> 1, reader.Fixed64()) : default,
            StateRevision = reader.Signed(),
            ExperimentId = version == VersionOfExperiment ? reader.Text() : "",
            Variant = version == VersionOfExperiment ? reader.Text() : "",
            FirstPosition = (int)reader.Unsigned(Snapshot.MaxDepth, "A position"),
        };
        var before = (long)uint.MaxValue;
        for (var count = reader.Count(Snapshot.MaxDepth, 6, "A count of items"); count > 0; count--)
        {
            var item = (uint)reader.Unsigned(uint.MaxValue, "An item number");
            before -= reader.Signed();
            if (before is < 0 or > uint.MaxValue) throw new InvalidDataException($"A score's bits are {before}, expected 32 of them.");
            var (sources, main) = (reader.Byte(), reader.Byte());
            var propensity = (main & HasPropensity) == 0 ? 1 : (float)BitConverter.UInt16BitsToHalf(reader.Fixed16());
            var score = (float)BitConverter.UInt16BitsToHalf(reader.Fixed16());
            snapshot.Add(new(item, FromAscending((uint)before), sources, (CandidateSource)(main & ~HasPropensity), score) { Propensity = propensity });
        }

        reader.ExpectEnd();
        return snapshot;
    }

    private static EngineException Invalid(string message, Exception? inner = null) =>
        new(EngineErrorKind.InvalidArgument, "PAGE_TOKEN_INVALID", message, "page_token", inner);

    /// <summary>A float's bits as a number with the same order.</summary>
    private static uint Ascending(float score)
    {
        var bits = BitConverter.SingleToUInt32Bits(score);
        return (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
    }

    private static float FromAscending(uint key) => BitConverter.UInt32BitsToSingle((key & 0x8000_0000) != 0 ? key & 0x7fff_ffff : ~key);
}
