using System.CommandLine;
using Recsys.Content.Examples;
using Recsys.Training.Session;

namespace Recsys.Training.Commands;

/// <summary>The options of <c>recsys-train network</c>.</summary>
internal sealed class NetworkOptions
{
    public Option<string> Examples { get; } = new("--examples", "-e")
    {
        Description = "Labelled examples: CSV, JSON Lines, a folder or zip of images by class, or of IDX pairs.",
        HelpName = "FILE|FOLDER",
        Required = true,
    };

    public Option<string> Spec { get; } = new("--spec", "-s")
    {
        Description = "A JSON file that says the columns, the target and the network, named as in an artefact's manifest; what it doesn't say is the default.",
        HelpName = "FILE",
        Required = true,
    };

    public Option<DirectoryInfo> Output { get; } = new("--output", "-o")
    {
        Description = "Folder of the artefact. Must not exist: it appears when the training is done, whole or not at all.",
        HelpName = "FOLDER",
        Required = true,
    };

    public Option<ExampleFormat> Format { get; } = new("--format")
    {
        Description = "How the examples are written; default: by the name, or by what a folder or zip holds.",
        HelpName = "csv|jsonl|images|idx",
        CustomParser = result => result.Tokens[0].Value switch
        {
            "auto" => ExampleFormat.Auto,
            "csv" => ExampleFormat.Csv,
            "jsonl" => ExampleFormat.JsonLines,
            "images" => ExampleFormat.Images,
            "idx" => ExampleFormat.Idx,
            var other => Refuse(result, other),
        },
    };

    public Option<bool> Baselines { get; } = new("--baselines")
    {
        Description = "Measure the most frequent class and a linear model of the same features (of texts TF-IDF) on the same split, and print all in one table.",
    };

    public Option<int?> Threads { get; } = RangedOption.Number("--threads", "Threads; default: one a processor", 1, TrainingSettings.MaxThreads);

    public Option<bool> Check { get; } = new("--check")
    {
        Description = "Only say whether the examples and the spec will do: nothing is trained or written.",
    };

    public ProcessOptions Process { get; } = new();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[Examples, Spec, Output, Format, Baselines, Threads, Check, Process.Progress, Process.Nice, Process.IgnoreStdin])
            command.Options.Add(option);
    }

    private static ExampleFormat Refuse(System.CommandLine.Parsing.ArgumentResult result, string value)
    {
        result.AddError($"--format is {value}, expected csv, jsonl, images or idx");
        return ExampleFormat.Auto;
    }
}
