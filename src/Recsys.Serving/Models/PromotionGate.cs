using System.Globalization;
using Recsys.Inference.Artefacts;

namespace Recsys.Serving.Models;

/// <summary>
/// Whether a new model may take the live one's place: where held-out interactions that neither of them has seen show that it's at least about as good (a test of non-inferiority), and it lacks no
/// source of candidates that the live one has, which lists would miss and the comparison of the networks can't see. Where nobody can tell, only in the place of a model that is out of date.
/// </summary>
internal static class PromotionGate
{
    /// <summary>Standard errors of the mean difference: further below is no chance any more.</summary>
    private const double Errors = 2;

    /// <summary>Standard errors below the difference within which the true one is with 95 %, one-sided.</summary>
    private const double OneSided = 1.645;

    /// <summary>The share of the live model's figure that a new one may be lower by.</summary>
    private const double Margin = 0.1;

    /// <summary>A model that knows nothing of so many last days is out of date.</summary>
    private const int OldDays = 7;

    /// <summary>So is one that doesn't know this share of the items.</summary>
    private const double UnknownShare = 0.2;

    /// <summary>And one that learned from this share of the interactions.</summary>
    private const double LearnedShare = 0.5;

    /// <summary>Judges.</summary>
    /// <param name="candidate">The new model's manifest, with the trainer's comparison.</param>
    /// <param name="liveModel">The live one's.</param>
    /// <param name="live">The live version, for the words.</param>
    public static (bool IsPassed, string Verdict) Judge(ArtefactManifest candidate, ArtefactManifest liveModel, string live)
    {
        if (Lost(candidate.Settings, liveModel.Settings) is { Length: > 0 } lost)
            return (false, $"it has no {lost}, which {live} has: too few users had new interactions to fit it, so it isn't live");
        var outdated = Outdated(candidate.Data, liveModel.Data);
        if (candidate.Comparison is not { Users: > 0 } comparison)
            return Untold($"too few users have anything newer than what {live} knows to compare them by", live, outdated);
        if (comparison is { Ndcg: 0, BaselineNdcg: 0 }) return Untold($"neither it nor {live} finds anything of {comparison.Users} users' newest", live, outdated);
        var (difference, error) = (comparison.Ndcg - comparison.BaselineNdcg, comparison.StandardError);
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"NDCG@10 {comparison.Ndcg:F4} against {comparison.BaselineNdcg:F4} of {live} on {comparison.Users} users' newest (difference {difference:+0.0000;-0.0000}, standard error {error:F4})");
        if (difference < -Errors * error) return (false, $"{figures}: worse, so it isn't live");
        if (difference >= 0 || difference - (OneSided * error) > -Margin * comparison.BaselineNdcg) return (true, figures);
        var needed = Math.Ceiling(comparison.Users * Math.Pow(OneSided * error / (Margin * comparison.BaselineNdcg), 2));
        return Untold(string.Create(CultureInfo.InvariantCulture, $"{figures}: it takes about {Math.Max(needed, comparison.Users + 1):N0} users to tell them apart"), live, outdated);
    }

    private static (bool IsPassed, string Verdict) Untold(string why, string live, string outdated) => outdated.Length > 0
        ? (true, $"{why}; but {live} {outdated}, so it's live")
        : (false, $"can't tell yet: {why}, so it isn't live");

    /// <summary>Why a live model may be replaced by one of which nobody can tell that it's as good; empty: it may not.</summary>
    private static string Outdated(TrainingDataSummary candidate, TrainingDataSummary live)
    {
        if (candidate.LastTimeMs - live.LastTimeMs >= OldDays * 86_400_000L) return $"knows nothing of the last {OldDays} days";
        if (live.Items <= (1 - UnknownShare) * candidate.Items) return $"doesn't know {candidate.Items - live.Items:N0} of {candidate.Items:N0} items";
        return live.Interactions <= LearnedShare * candidate.Interactions ? $"learned from {live.Interactions:N0} of {candidate.Interactions:N0} interactions" : "";
    }

    private static string Lost(SessionSettings candidate, SessionSettings live) => string.Join(
        " and no ", new[] { live.Taste is not null && candidate.Taste is null ? "taste" : "", live.Linear && !candidate.Linear ? "linear weights" : "" }.Where(name => name.Length > 0));
}
