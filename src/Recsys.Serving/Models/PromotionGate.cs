using Recsys.Inference.Artefacts;

namespace Recsys.Serving.Models;

/// <summary>
/// Whether a new model may take the live one's place: not where it's worse, beyond chance, on held-out interactions that neither of them has seen, or where it lacks a source of candidates
/// that the live one has, which lists would miss and the comparison of the networks can't see.
/// </summary>
internal static class PromotionGate
{
    /// <summary>Standard errors of the mean difference: further below is no chance any more.</summary>
    private const double Errors = 2;

    /// <summary>Judges.</summary>
    /// <param name="candidate">The new model's manifest, with the trainer's comparison.</param>
    /// <param name="liveModel">The live one's.</param>
    /// <param name="live">The live version, for the words.</param>
    public static (bool IsPassed, string Verdict) Judge(ArtefactManifest candidate, ArtefactManifest liveModel, string live)
    {
        if (Lost(candidate.Settings, liveModel.Settings) is { Length: > 0 } lost)
            return (false, $"it has no {lost}, which {live} has: too few users had new interactions to fit it, so it isn't live");
        if (candidate.Comparison is not { Users: > 0 } comparison) return (true, $"no new interaction was held out to compare it with {live} by");
        var (difference, error) = (comparison.Ndcg - comparison.BaselineNdcg, comparison.StandardError);
        if (comparison is { Ndcg: 0, BaselineNdcg: 0 })
            return (false, $"neither it nor {live} finds anything of {comparison.Users} users' newest: that tells nothing, so it isn't live");
        var isPassed = difference >= -Errors * error;
        return (isPassed, string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"NDCG@10 {comparison.Ndcg:F4} against {comparison.BaselineNdcg:F4} of {live} on {comparison.Users} users' newest (difference {difference:+0.0000;-0.0000}, standard error {error:F4})")
            + (isPassed ? "" : ": worse, so it isn't live"));
    }

    private static string Lost(SessionSettings candidate, SessionSettings live) => string.Join(
        " and no ", new[] { live.Taste is not null && candidate.Taste is null ? "taste" : "", live.Linear && !candidate.Linear ? "linear weights" : "" }.Where(name => name.Length > 0));
}
