using Recsys.Inference.Partners;
using Recsys.Inference.Ranker;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;
using Recsys.Training.Progress;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Ranker;

/// <summary>
/// The further sources beside the session network, and the ranker over all of them: fitted without what is held out, the ranker to what is held out, and then the sources once more to everything.
/// </summary>
/// <param name="log">The data.</param>
/// <param name="split">What is held out.</param>
/// <param name="settings">The training's.</param>
/// <param name="progress">Hears of it.</param>
internal sealed class SourcesJoin(InteractionLog log, ValidationSplit split, TrainingSettings settings, IProgress<TrainingProgress> progress)
{
    /// <summary>Fewer held-out users can't tell what a source is worth.</summary>
    private const int LeastUsers = 100;

    /// <summary>The ranker joins only where it leads the session source, and hidden layers only where they lead the straight way, by more than one standard error: less is chance.</summary>
    private const double ErrorsToJoin = 1;

    /// <summary>
    /// With fewer targets there are no hidden layers. Where plays come from the lists of an earlier model, layers learn within a few hundred targets what was shown, which leads on held-out plays by
    /// standard errors and makes lists worse (docs/learning.md); the straight way can't.
    /// </summary>
    private const int LeastTargetsForLayers = 2_000;

    /// <summary>Fits.</summary>
    /// <param name="trained">The network with its partners, neither of which has learned what is held out.</param>
    /// <param name="validator">Ranks by the network.</param>
    /// <param name="cancellation">Ends it.</param>
    public TrainedSession Join(TrainedSession trained, SessionValidator validator, CancellationToken cancellation)
    {
        var users = AskedUsers();
        if (users.Length < LeastUsers)
        {
            Report($"no further sources beside the network: {users.Length} held-out users are too few to tell what they are worth, {LeastUsers} are needed");
            return trained with { Facts = ItemFactsFit.Of(log, log.UserStarts.AsSpan(1)) };
        }
        var own = TargetColumns.Of(log, split.TrainingEnds);
        Report(FormattableString.Invariant($"taste: vectors of {log.ItemCount:N0} items"));
        var tasteOptions = TasteSelection.Choose(own.Items, own.Kinds, own.Strengths, log.ItemCount, settings.MaskOwnItems, cancellation);
        var taste = TasteSelection.Fit(own.Items, own.Kinds, own.Strengths, log.ItemCount, tasteOptions, cancellation);
        Report(FormattableString.Invariant($"linear weights of {log.ItemCount:N0} items"));
        var (linearOptions, linear) = ChooseLinear(own, users, cancellation);
        var targets = split.Newest.Length > 0 ? split.Newest : split.TargetsOf(log, users);
        var which = split.Newest.Length > 0 ? "newest" : "held-out";
        Report(FormattableString.Invariant($"ranker: candidates of {targets.Length:N0} {which} interactions of {targets.DistinctBy(target => target.User).Count():N0} users"));
        var popularity = Array.ConvertAll(log.CountTargets(split.TrainingEnds), count => (float)count);
        var sources = new SourceModels(trained.Partners, taste, linear, null, popularity, ItemFactsFit.Of(log, split.TrainingEnds));
        var (cases, lists) = new RankerCases(log, settings, sources).Of(targets, validator.Logits(trained.Weights, targets, settings.Network.TimeGaps, cancellation), cancellation);
        var (ranker, calibration) = Fit(cases, lists, cancellation);
        Report("fitting the sources once more, to everything");
        var all = TargetColumns.Of(log, log.UserStarts.AsSpan(1));
        return trained with
        {
            Taste = TasteSelection.Fit(all.Items, all.Kinds, all.Strengths, log.ItemCount, tasteOptions, cancellation),
            Linear = ItemRulesFit.Fit(all.Items, null, log.ItemCount, linearOptions, cancellation),
            Ranker = ranker,
            Calibration = calibration,
            Facts = ItemFactsFit.Of(log, log.UserStarts.AsSpan(1)),
        };
    }

    /// <summary>The ranker; null: it ranks no better than the session source beyond chance, on cases that it wasn't fitted to.</summary>
    private (RankerWeights? Ranker, RankerCalibration? Calibration) Fit(RankerCase[] cases, RankerCase[] lists, CancellationToken cancellation)
    {
        var session = RankerFolds.SessionGains(cases);
        var straight = Best(cases, deep: false, cancellation);
        var layers = cases.Length < LeastTargetsForLayers ? straight : Best(cases, deep: true, cancellation);
        var deep = cases.Length >= LeastTargetsForLayers && RankerFolds.Lead(cases, layers.Gains, straight.Gains) > ErrorsToJoin;
        var (decay, gains, networks) = deep ? layers : straight;
        var joins = RankerFolds.Lead(cases, gains, session) > ErrorsToJoin;
        Report(FormattableString.Invariant($"ranker, {cases.Length:N0} targets ({cases.Count(one => one.IsShown) / (double)cases.Length:P0} with what was shown), ")
            + FormattableString.Invariant($"NDCG@10: {session.Average():F4} by the session source, {straight.Gains.Average():F4} by the ranker's straight way ")
            + FormattableString.Invariant($"({RankerFolds.Lead(cases, straight.Gains, session):+0.0;-0.0} standard errors), ")
            + (cases.Length < LeastTargetsForLayers
                ? FormattableString.Invariant($"too few targets for hidden layers ({LeastTargetsForLayers:N0} are needed); ")
                : FormattableString.Invariant($"{layers.Gains.Average():F4} with hidden layers ({RankerFolds.Lead(cases, layers.Gains, straight.Gains):+0.0;-0.0} to that); "))
            + FormattableString.Invariant($"{cases.Count(one => one.Target >= 0) / (double)cases.Length:P1} of the targets are candidates. ")
            + (joins ? deep ? "It ranks with hidden layers" : "It ranks without hidden layers" : "The session source ranks"));
        if (!joins)
            return (null, null);
        var calibration = CalibrationFit.Of(RankerFolds.Shown(lists, networks));
        if (calibration is not null)
        {
            Report(FormattableString.Invariant($"ranker, {calibration.Exposures:N0} items shown, {calibration.PlayRate:P1} played: log loss {calibration.LogLoss:F4} of its probabilities ")
                + FormattableString.Invariant($"({calibration.BaseLogLoss:F4} of one for all), calibration error {calibration.Error:F4}"));
        }
        return (RankerTrainer.Fit(cases, deep, decay, settings.Seed, cancellation), calibration);
    }

    /// <summary>The decay that ranks best on users that a ranker wasn't fitted to, how well, and the rankers of the folds.</summary>
    private (float Decay, double[] Gains, RankerNetwork[] Networks) Best(RankerCase[] cases, bool deep, CancellationToken cancellation)
    {
        var best = (Decay: 0f, Gains: (double[])[], Networks: (RankerNetwork[])[]);
        foreach (var decay in RankerTrainer.Decays(deep))
        {
            var networks = RankerFolds.Networks(cases, some => RankerTrainer.Fit(some, deep, decay, settings.Seed, cancellation));
            var gains = RankerFolds.Gains(cases, networks);
            if (best.Gains.Length == 0 || gains.Average() > best.Gains.Average())
                best = (decay, gains, networks);
        }
        return best;
    }

    private (RulesOptions Options, ItemRules Rules) ChooseLinear(TargetColumns own, int[] users, CancellationToken cancellation)
    {
        var candidates = RulesPreset.Candidates(RulesShape.Of(own.Items, log.ItemCount, orderKnown: false));
        var cases = Array.ConvertAll(users, user => new BlendCase(TargetColumns.Before(log, new HeldOutTarget(user, split.TrainingEnds[user])).Items, null, log.Items[split.TrainingEnds[user]]));
        var (options, _, rules) = RulesSelection.Choose(
            own.Items, null, log.ItemCount, log.ItemCount <= RulesSelection.MostItemsToTry ? candidates : [candidates[0]], cases, settings.MaskOwnItems, cancel: cancellation);
        return (options, rules);
    }

    private int[] AskedUsers()
    {
        var targets = Math.Max(1, split.TargetsOf(log, split.Users).Length);
        return split.UsersToAsk((int)Math.Max(LeastUsers, (long)ValidationSplit.MostLogits / log.ItemCount * split.Users.Length / targets), settings.Seed);
    }

    private void Report(string message) => progress.Report(new TrainingProgress { Phase = "partners", Fraction = 1, Message = message });
}
