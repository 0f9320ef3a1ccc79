using Parquet;
using Parquet.Schema;

namespace Recsys.Storage.Archive;

/// <summary>The files and columns of a training set.</summary>
internal static class TrainingSetFiles
{
    public const string Manifest = "manifest.json";
    public const string Interactions = "interactions.parquet";
    public const string Items = "items.parquet";
    public const string Facts = "item_facts.parquet";
    public const string Categories = "item_categories.parquet";
    public const string Exposures = "exposures.parquet";

    public static readonly DataField User = new DataField<int>("user");
    public static readonly DataField Item = new DataField<long>("item");
    public static readonly DataField Kind = new DataField<int>("kind");
    public static readonly DataField Strength = new DataField<int>("strength");
    public static readonly DataField Time = new DataField<long>("time_ms");
    public static readonly DataField Number = new DataField<long>("number");
    public static readonly DataField ItemId = new DataField<string>("item_id", nullable: false);

    public static readonly ParquetSchema InteractionSchema = new(User, Item, Kind, Strength, Time);
    public static readonly ParquetSchema ItemSchema = new(Number, ItemId);

    public static readonly DataField Born = new DataField<long>("born_ms");
    public static readonly DataField Duration = new DataField<long>("duration_ms");
    public static readonly DataField Category = new DataField<long>("category");
    public static readonly DataField UserNumber = new DataField<long>("user");
    public static readonly DataField List = new DataField<long>("list");
    public static readonly DataField Position = new DataField<long>("position");

    public static readonly ParquetSchema FactSchema = new(Number, Born, Duration);
    public static readonly ParquetSchema CategorySchema = new(Number, Category);
    public static readonly ParquetSchema ExposureSchema = new(UserNumber, Item, List, Position, Time);

    public static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.Snappy };
}
