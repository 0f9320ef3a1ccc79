using Microsoft.Extensions.Logging;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Serving.Users;
using Recsys.Storage;

namespace Recsys.Serving.Lists;

/// <summary>Loads the users of a list, and the accounts that they belong to.</summary>
internal sealed class AudienceLoader(IRecsysStore store, FoldRules rules, ILogger logger, UserWatchers? watchers = null)
{
    private readonly AccountCeilings _gone = new(store);

    private static Audience Degraded => new([], 0, "The store is down: the list is made from what is in memory, without the users' own events.");

    /// <summary>One read of the store, and one more where a user belongs to an account that isn't itself among them. A store that is down gives a degraded audience of nobody.</summary>
    public async ValueTask<Audience> LoadAsync(ListRequest request, long nowMs, CancellationToken cancellationToken)
    {
        if (request.UserIds.Count == 0) return new([], 0);
        var lookups = new List<UserLookup>(request.UserIds.Count);
        foreach (var id in request.UserIds)
        {
            var lookup = new UserLookup(new(request.Namespace, id), []);
            if (!lookups.Exists(other => other.User == lookup.User)) lookups.Add(lookup);
        }

        try
        {
            var records = await store.LoadAsync(lookups, nowMs, cancellationToken);
            return records.Contains(UserRecord.Unreachable) ? Degraded : await WithAccountsAsync(Of(records, request.Namespace, nowMs), lookups, nowMs, cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            logger.StoreDownForList(e, request.Namespace);
            return Degraded;
        }
    }

    /// <summary>The audience of loaded records, at least one.</summary>
    public Audience Of(IReadOnlyList<UserRecord> records, string ns, long nowMs)
    {
        var listeners = new Listener[records.Count];
        for (var i = 0; i < listeners.Length; i++) listeners[i] = Read(records[i], ns, nowMs);
        return new(listeners, records[0].Revision);
    }

    /// <summary>The audience with the ceiling of its accounts: an account is the user of that id. Those of an account that can't be read may see what everybody may.</summary>
    private async ValueTask<Audience> WithAccountsAsync(Audience audience, List<UserLookup> users, long nowMs, CancellationToken cancellationToken)
    {
        List<UserLookup>? accounts = null;
        List<UserKey>? gone = null;
        for (var i = 0; i < users.Count; i++)
        {
            if (audience.Listeners[i].Profile?.AccountId is not { Length: > 0 } accountId) continue;
            var account = new UserKey(users[i].User.Namespace, accountId);
            if (account == users[i].User) continue;
            watchers?.Follow(users[i].User, account);
            if (users.FindIndex(user => user.User == account) is var listed and >= 0)
            {
                if (audience.Listeners[listed].Profile is null) (gone ??= []).Add(account);
                continue;
            }

            if (accounts?.Exists(known => known.User == account) == true) continue;
            (accounts ??= []).Add(new(account, []));
        }

        if (accounts is null && gone is null) return audience;
        try
        {
            int? strictest = null;
            var records = accounts is null ? [] : await store.LoadAsync(accounts, nowMs, cancellationToken);
            if (records.Contains(UserRecord.Unreachable)) return Degraded with { AccountCeiling = 0 };
            for (var i = 0; i < records.Count; i++)
            {
                if (ReadProfile(records[i], users[0].User.Namespace) is not { } profile) (gone ??= []).Add(accounts![i].User);
                else if (profile.MaturityCeiling is { } own && !(strictest <= own)) strictest = own;
            }

            foreach (var account in gone ?? [])
            {
                if (await _gone.ReadAsync(account, cancellationToken) is { } kept && !(strictest <= kept)) strictest = kept;
            }

            return audience with { AccountCeiling = strictest };
        }
        catch (StoreUnavailableException e)
        {
            logger.StoreDownForList(e, users[0].User.Namespace);
            return Degraded with { AccountCeiling = 0 };
        }
    }

    private UserProfile? ReadProfile(UserRecord record, string ns)
    {
        if (record.Profile.IsEmpty) return null;
        var profile = UserProfileJson.ReadOrStrict(record.Profile.Span, out var error);
        if (error is not null) logger.ProfileUnreadable(error, ns);
        return profile;
    }

    private Listener Read(UserRecord record, string ns, long nowMs)
    {
        var profile = ReadProfile(record, ns);
        if (record.State.IsEmpty || profile?.Personalization == ConsentChoice.Denied) return new(profile, null);
        try
        {
            var state = SessionStateCodec.Decode(record.State.Span);
            UserFold.CloseTimedOut(state, nowMs, rules);
            return new(profile, state);
        }
        catch (InvalidDataException e)
        {
            // The next event makes it anew from the log; a list doesn't wait for that.
            logger.StateUnreadable(e, ns);
            return new(profile, null);
        }
    }
}
