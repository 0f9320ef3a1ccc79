namespace Recsys.Serving.Models;

/// <summary>A further model of an evaluation, trained on the same split with other settings.</summary>
/// <param name="Name">What its row is called.</param>
/// <param name="SettingsJson">The trainer's settings, a JSON object as in a model's manifest.</param>
public sealed record EvaluationVariant(string Name, string SettingsJson);
