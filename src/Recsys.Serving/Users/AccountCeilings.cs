using System.Security.Cryptography;
using System.Text;
using Recsys.Storage;

namespace Recsys.Serving.Users;

/// <summary>
/// The maturity ceilings of users who are gone, for the profiles that name them as their account: nobody can list those cheaply, and none may see more because the account was deleted or linked to
/// another user. Kept under a hash of the id: nothing else is left of the user.
/// </summary>
internal sealed class AccountCeilings(IRecsysStore store)
{
    /// <summary>The collection of the ceilings.</summary>
    public const string Collection = "account_ceilings";

    /// <summary>Keeps the ceiling of a user who is about to be deleted, or forgets an older one where the user's own word is that there is none.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask KeepAsync(UserKey user, ReadOnlyMemory<byte> profile, CancellationToken cancellationToken)
    {
        if (profile.IsEmpty) return;
        var ceiling = UserProfileJson.ReadOrStrict(profile.Span, out _).MaturityCeiling;
        if (ceiling is null && await StoreFailure.GuardAsync(() => ReadAsync(user, cancellationToken)) is null) return;
        var write = new DocumentWrite { Collection = Collection, Key = Key(user), Content = ceiling is { } years ? new byte[] { (byte)years } : (ReadOnlyMemory<byte>?)null };
        await StoreFailure.GuardAsync(() => store.PutDocumentsAsync([write], cancellationToken));
    }

    /// <summary>The ceiling of a user without a profile, years; null: none.</summary>
    public async ValueTask<int?> ReadAsync(UserKey user, CancellationToken cancellationToken) =>
        await store.GetDocumentAsync(Collection, user.Namespace, Key(user).Key, cancellationToken) is { } document ? document.Content.IsEmpty ? 0 : document.Content.Span[0] : null;

    private static DocumentKey Key(UserKey user) => new(user.Namespace, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user.UserId))));
}
