using Recsys.Serving.Users;

namespace Recsys.Serving.Lists;

/// <summary>All users of a list, and what follows from them together.</summary>
/// <param name="Listeners">In the order of the request.</param>
/// <param name="FirstRevision">Of the first user's record; 0: there is none.</param>
/// <param name="DegradedReason">Why nothing could be loaded; empty: all is well.</param>
internal sealed record Audience(IReadOnlyList<Listener> Listeners, long FirstRevision, string DegradedReason = "")
{
    public bool IsDegraded => DegradedReason.Length > 0;

    /// <summary>The strictest ceiling of the accounts that the profiles belong to, years; null: none.</summary>
    public int? AccountCeiling { get; init; }

    /// <summary>The strictest ceiling of the request, all profiles and their accounts, years; null: none.</summary>
    public int? MaturityCeiling(int? requested)
    {
        var ceiling = AccountCeiling is { } account && !(requested <= account) ? account : requested;
        foreach (var listener in Listeners)
        {
            if (listener.Profile?.MaturityCeiling is { } own && !(ceiling <= own)) ceiling = own;
        }

        return ceiling;
    }

    /// <summary>The request's country, else the first that a profile has.</summary>
    public string Country(string requested) => FirstOf(requested, static profile => profile.Country);

    /// <summary>The request's locale, else the first that a profile has.</summary>
    public string Locale(string requested) => FirstOf(requested, static profile => profile.Locale);

    private string FirstOf(string requested, Func<UserProfile, string> field)
    {
        if (requested.Length > 0) return requested;
        foreach (var listener in Listeners)
        {
            if (listener.Profile is { } profile && field(profile) is { Length: > 0 } own) return own;
        }

        return "";
    }
}
