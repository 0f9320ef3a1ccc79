using System.Text.Json;
using System.Text.Json.Nodes;
using Recsys.Training;
using Recsys.Training.Session;
using Recsys.Training.Tuning;

namespace Recsys.TrainingTests.Tuning;

public sealed class SpaceFileTests
{
    private static readonly TrainingSettings Preset = SampleSettings.Tiny;

    [Fact]
    public void A_space_when_drawn_from_then_every_value_is_of_its_type_and_within_its_bounds()
    {
        var space = Parse("""
            {
              "learning_rate": {"from": 0.0001, "to": 0.1, "scale": "log"}, "block_dropout": {"from": 0, "to": 0.5}, "batch_windows": {"from": 2, "to": 5, "scale": "log"},
              "network.hidden_size": [16, 24], "network.time_gaps": [true, false], "weight_decay": [0, 0.5]
            }
            """);
        var trials = space.Trials(Preset, 400, seed: 3);
        Assert.Equal(400, trials.Count);
        Assert.Equal(400, trials.Select(trial => TunedSettings.Text(trial.Settings)).Distinct().Count());
        var drawn = trials.Skip(1).Select(trial => trial.Settings).ToArray();
        Assert.All(drawn, settings => Assert.Null(settings.Problem()));
        Assert.All(drawn, settings => Assert.InRange(settings.LearningRate, 0.0001, 0.1));
        Assert.All(drawn, settings => Assert.InRange(settings.BlockDropout, 0, 0.5));
        // By its logarithm half of the range lies below the geometric mean.
        Assert.InRange(drawn.Count(settings => settings.LearningRate < 0.00316), 150, 250);
        Assert.InRange(drawn.Count(settings => settings.BlockDropout < 0.25), 150, 250);
        Assert.Equal([2, 3, 4, 5], drawn.Select(settings => settings.BatchWindows).Distinct().Order());
        Assert.Equal([16, 24], drawn.Select(settings => settings.Network.HiddenSize).Distinct().Order());
        Assert.Equal(2, drawn.Select(settings => settings.Network.TimeGaps).Distinct().Count());
        Assert.Equal([0, 0.5], drawn.Select(settings => settings.WeightDecay).Distinct().Order());
        Assert.All(drawn, settings => Assert.Equal((Preset.InputDropout, Preset.Network.EmbeddingSize), (settings.InputDropout, settings.Network.EmbeddingSize)));
    }

    [Fact]
    public void Trials_when_more_are_drawn_then_the_first_stay_the_same_and_another_seed_draws_others()
    {
        var space = SearchSpace.Default(new(1_000, 500, 50_000, 50_000, 0), Preset);
        var few = Texts(space.Trials(Preset, 10, seed: 1));
        Assert.Equal(few, Texts(space.Trials(Preset, 30, seed: 1)).Take(10));
        Assert.Empty(few.Skip(1).Intersect(Texts(space.Trials(Preset, 10, seed: 2))));
        Assert.Equal(TunedSettings.Text(Preset), few[0]);
    }

    [Fact]
    public void A_space_that_is_small_when_more_is_asked_for_then_there_are_as_many_trials_as_it_has()
    {
        var space = Parse("""{"network.blocks": [1, 2], "input_dropout": [0.1, 0.3]}""");
        Assert.Equal(4, space.Trials(Preset, 50, seed: 1).Count);
    }

    [Fact]
    public void The_default_space_when_made_then_it_is_around_the_preset_and_asks_about_times_only_where_they_tell()
    {
        var still = SearchSpace.Default(new(1_000, 500, 50_000, 50_000, 0, GapSpread: 0), Preset);
        var told = SearchSpace.Default(new(1_000, 500, 50_000, 50_000, 0, GapSpread: 0.8), Preset);
        Assert.Equal(["network.time_gaps"], told.Dimensions.Select(dimension => dimension.Name).Except(still.Dimensions.Select(dimension => dimension.Name)));
        Assert.All(told.Trials(Preset, 100, seed: 1), trial => Assert.Null(trial.Settings.Problem()));
        Assert.Contains(Preset.Network.HiddenSize, told.Trials(Preset, 100, seed: 1).Skip(1).Select(trial => trial.Settings.Network.HiddenSize));
        // What it says can be read as a file.
        Assert.Equal(told.ToJson().ToJsonString(), Parse(told.ToJson().ToJsonString()).ToJson().ToJsonString());
    }

    [Theory]
    [InlineData("""{"learning_rat": [1]}""", "learning_rat is no setting that can be tuned; there are ")]
    [InlineData("""{"epochs": [1, 2]}""", "epochs is no setting that can be tuned")]
    [InlineData("""{"mask_own_items": [true, false]}""", "mask_own_items is no setting that can be tuned")]
    [InlineData("""{"network": {"blocks": [1]}}""", "network is no setting that can be tuned")]
    [InlineData("""{"network.blocks": []}""", "network.blocks has no values, expected at least one")]
    [InlineData("""{"network.blocks": 2}""", "network.blocks is 2, expected a list of values")]
    [InlineData("""{"network.blocks": null}""", "network.blocks is missing or null, expected a list of values")]
    [InlineData("""{"network.blocks": [1.5]}""", "network.blocks is 1.5, expected a whole number")]
    [InlineData("""{"network.blocks": ["two"]}""", "network.blocks is \"two\", expected a whole number")]
    [InlineData("""{"network.blocks": [1, 9]}""", "network.blocks is 9, expected 1 to 8")]
    [InlineData("""{"learning_rate": {"from": 0.001, "to": 5}}""", "learning_rate is 5, expected 1E-06 to 1")]
    [InlineData("""{"learning_rate": [true]}""", "learning_rate is true, expected a number")]
    [InlineData("""{"learning_rate": {"from": 0.01}}""", "learning_rate.to is missing or null, expected a number")]
    [InlineData("""{"learning_rate": {"from": 0.01, "to": 0.001}}""", "learning_rate goes from 0.01 to 0.001, expected from the lower to the higher")]
    [InlineData("""{"weight_decay": {"from": 0, "to": 1, "scale": "log"}}""", "weight_decay.from is 0, expected more than 0 on a logarithmic scale")]
    [InlineData("""{"weight_decay": {"from": 0, "to": 1, "scale": "cubic"}}""", "weight_decay.scale is \"cubic\", expected \"linear\" or \"log\"")]
    [InlineData("""{"weight_decay": {"from": 0, "to": 1, "step": 2}}""", "weight_decay.step is no part of a range")]
    [InlineData("""{"batch_windows": {"from": 1.5, "to": 8}}""", "batch_windows.from is 1.5, expected a whole number")]
    [InlineData("""{"network.time_gaps": {"from": 0, "to": 1}}""", "network.time_gaps is a range, expected a list of true and false")]
    [InlineData("""{"network.time_gaps": [1]}""", "network.time_gaps is 1, expected true or false")]
    [InlineData("""{"weight_decay": [1], "weight_decay": [2]}""", "weight_decay")]
    [InlineData("{}", "space.json is no JSON object with settings to tune; expected e.g.")]
    [InlineData("[]", "space.json is no JSON object with settings to tune")]
    [InlineData("{", "space.json: ")]
    public void A_space_that_says_something_else_when_read_then_the_field_is_named_and_what_is_expected(string json, string said)
    {
        var error = Assert.Throws<TrainingException>(() => Parse(json));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    /// <summary>Whoever adds a setting decides here whether trials may differ in it.</summary>
    [Fact]
    public void Settings_that_no_trial_may_change_when_tuned_then_they_are_refused_and_all_others_taken()
    {
        var all = new JsonObject();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(Preset, SettingsJson.Default.TrainingSettings)!.AsObject())
        {
            if (name != "network")
                all[name] = new JsonArray(value?.DeepClone());
        }
        foreach (var (name, value) in JsonSerializer.SerializeToNode(Preset.Network, SettingsJson.Default.SessionSettings)!.AsObject())
            all[$"network.{name}"] = new JsonArray(value?.DeepClone());
        string[] refused = [.. all.Select(setting => setting.Key).Where(name => !IsTaken(new JsonObject { [name] = all[name]!.DeepClone() })).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "bfloat16", "epochs", "epochs_to_run", "mask_own_items", "neighbours", "network.members", "network.neighbours_weight", "network.rules_scale", "network.rules_weight", "refit",
                "rules", "seed", "threads", "validate_every",
            ],
            refused);

        static bool IsTaken(JsonObject space)
        {
            try
            {
                Parse(space.ToJsonString());
                return true;
            }
            catch (TrainingException e) when (e.Message.Contains("is no setting that can be tuned", StringComparison.Ordinal))
            {
                return false;
            }
        }
    }

    [Fact]
    public void A_space_that_is_missing_when_read_then_it_is_named() =>
        Assert.Contains("nowhere.json", Assert.Throws<TrainingException>(() => SpaceFile.Read("/nowhere.json", Preset)).Message, StringComparison.Ordinal);

    private static SearchSpace Parse(string json) => SpaceFile.Parse("space.json", json, Preset);

    private static string[] Texts(IReadOnlyList<Trial> trials) => [.. trials.Select(trial => TunedSettings.Text(trial.Settings))];
}
