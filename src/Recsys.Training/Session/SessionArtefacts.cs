using System.Reflection;
using System.Text.Json;
using Recsys.Inference.Artefacts;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Partners;
using Recsys.Inference.Ranker;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>Writes a training's outcome as an artefact.</summary>
internal static class SessionArtefacts
{
    /// <summary>Writes the folder, which must not exist yet; it appears whole or not at all.</summary>
    public static ArtefactManifest Write(string folder, InteractionLog log, TrainingSettings settings, TrainedSession trained, DateTimeOffset now)
    {
        var manifest = new ArtefactManifest
        {
            Created = now,
            CodeVersion = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            Settings = settings.Network with
            {
                RulesWeight = trained.Partners.Weights.Rules,
                RulesScale = trained.Partners.Weights.RulesScale,
                NeighboursWeight = trained.Partners.Weights.Neighbours,
                Taste = trained.Taste?.Options,
                Linear = trained.Linear is not null,
                Facts = trained.Facts is not null,
                RankerCalibration = trained.Calibration,
                RankerFeatures = trained.Ranker is null ? null : RankerTable.FeatureNames,
                TrendingHalfLifeHours = trained.Ranker is null ? 0 : settings.TrendingHalfLifeHours,
                Training = Describe(settings, trained),
            },
            Data = new TrainingDataSummary
            {
                Users = log.UserCount,
                Items = log.ItemCount,
                Interactions = log.InteractionCount,
                FirstTimeMs = log.TimesMs.DefaultIfEmpty().Min(),
                LastTimeMs = log.TimesMs.DefaultIfEmpty().Max(),
            },
            Metrics = trained.Metrics,
            Warnings = trained.Warnings,
            Comparison = trained.Comparison,
            TrainingSeconds = Math.Round(trained.Duration.TotalSeconds, 3),
        };
        return SessionArtefactWriter.Write(folder, manifest, [.. Tensors(log, trained.Weights), .. Tensors(trained.Partners), .. SourceTensors(trained)], log.ItemNumbers);
    }

    private static List<NamedTensor> Tensors(ModelPartners partners) =>
    [
        .. partners.Rules is null ? [] : ItemRulesTensors.Rules.Of(partners.Rules),
        .. partners.Neighbours is null ? [] : SessionKnnTensors.Of(partners.Neighbours),
    ];

    private static List<NamedTensor> SourceTensors(TrainedSession trained) =>
    [
        .. trained.Taste is null ? [] : TasteTensors.Of(trained.Taste),
        .. trained.Linear is null ? [] : ItemRulesTensors.Linear.Of(trained.Linear),
        .. trained.Ranker is null ? [] : RankerTensors.Of(trained.Ranker),
        .. trained.Facts is null ? [] : trained.Facts.ToTensors(),
    ];

    private static List<NamedTensor> Tensors(InteractionLog log, SessionWeights weights)
    {
        var tensors = weights.Layout.Slots
            .Select(slot => new NamedTensor(slot.Name, slot.Shape, weights.Values.AsMemory(slot.Offset, slot.Length)))
            .ToList();
        tensors.Add(new NamedTensor(WeightLayout.Popularity, [log.ItemCount], Array.ConvertAll(log.CountTargets(), count => (float)count)));
        return tensors;
    }

    private static Dictionary<string, JsonElement> Describe(TrainingSettings settings, TrainedSession trained)
    {
        var json = JsonSerializer.SerializeToElement(settings, SettingsJson.Default.TrainingSettings);
        var described = json.EnumerateObject().Where(property => property.Name is not ("network" or "trending_half_life_hours")).ToDictionary(property => property.Name, property => property.Value);
        described["epoch"] = JsonSerializer.SerializeToElement(trained.Epoch, SettingsJson.Default.Int32);
        if (trained.IsContinued)
            described["warm_start"] = JsonSerializer.SerializeToElement(true, SettingsJson.Default.Boolean);
        return described;
    }
}
