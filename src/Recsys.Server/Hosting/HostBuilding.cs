using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.AspNetCore.Server.Model;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Recsys.Server.Access;
using Recsys.Server.Catalogue;
using Recsys.Server.Errors;
using Recsys.Server.Events;
using Recsys.Server.Experiments;
using Recsys.Server.Lists;
using Recsys.Server.Models;
using Recsys.Server.Placements;
using Recsys.Server.Preferences;
using Recsys.Server.Streaming;
using Recsys.Server.Users;
using Recsys.Serving;
using Recsys.Storage;

namespace Recsys.Server.Hosting;

/// <summary>Puts services and endpoints together.</summary>
internal static class HostBuilding
{
    private const int MaxErrorReplyBytes = 16 * 1024 * 1024;

    private const string StoreCheck = "store";

    // While the store is down there are lists still, from memory.
    private const string ListsCheck = "lists";

    public static WebApplication Build(HostParts parts, Action<IServiceCollection>? configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "recsys" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listening.Configure(kestrel, parts));
        AddLogging(builder.Logging, parts.Serve.LogLevel);
        AddOptions(builder.Services, parts);
        AddServices(builder.Services, parts);
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        Map(app, parts);
        return app;
    }

    private static void AddLogging(ILoggingBuilder logging, LogLevel level)
    {
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Warning);

        // A start that fails, such as on a port in use, is told once, in words, by who starts the host.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);

        // The framework logs as an error what is only a caller's mistake; what is a fault of ours, our own log says with its incident.
        logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Critical);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });

        // Standard output belongs to the command.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void AddOptions(IServiceCollection services, HostParts parts)
    {
        services.AddSingleton<IValidateOptions<ServeOptions>, ServeOptionsValidator>();
        services.AddSingleton<IValidateOptions<ServeOptions>, ServeRules>();
        services.AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>();
        services.AddSingleton<IValidateOptions<RedisOptions>, RedisRules>();
        services.AddSingleton<IValidateOptions<StreamOptions>, StreamOptionsValidator>();
        services.AddSingleton<IValidateOptions<EngineOptions>, EngineOptionsValidator>();
        Give(services, parts.Serve);
        Give(services, parts.Redis);
        Give(services, parts.Streams);
        Give(services, parts.Engine);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(parts.Serve.ShutdownSeconds));
    }

    private static void Give<T>(IServiceCollection services, T value)
        where T : class
    {
        services.AddOptions<T>().ValidateOnStart();
        services.AddSingleton<IOptionsFactory<T>>(provider => new GivenOptions<T>(value, provider.GetServices<IValidateOptions<T>>()));
    }

    private static void AddServices(IServiceCollection services, HostParts parts)
    {
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddMetrics();
        services.AddRouting();
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(ServeRules.Origins(parts.Serve))
            .AllowAnyHeader()
            .AllowAnyMethod()
            .WithExposedHeaders("grpc-status", "grpc-message", "grpc-status-details-bin")));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StoreHealthCheck>();
        services.AddSingleton<Func<Engine>>(() => parts.Opened ?? throw new InvalidOperationException("The engine isn't open yet."));
        services.AddSingleton<Func<IRecsysStore>>(() => parts.Store ?? throw new InvalidOperationException("The store isn't open yet."));
        services.AddSingleton(new ReflectionPolicy(parts.IsLoopback));
        services.AddSingleton(provider => new LoopbackHostFilter(provider.GetRequiredService<Func<Engine>>(), parts.Serve.AllowAnonymousNetwork));
        services.AddSingleton<RestLimits>();
        services.AddSingleton(parts);
        services.AddSingleton(parts.Streams);
        services.AddSingleton<ServerMetrics>();
        if (parts.Serve.Metrics) services.AddSingleton<MetricsPage>();
        services.AddSingleton<StreamContext>();
        services.AddSingleton<ErrorInterceptor>();
        services.AddSingleton<AccessInterceptor>();
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = RestLimits.MaxMessageBytes;
            grpc.MaxSendMessageSize = MaxErrorReplyBytes;
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.Interceptors.Add<AccessInterceptor>();
        }).AddJsonTranscoding(json =>
        {
            // As proto3's JSON mapping has it: a JSON number can't hold every int64.
            json.JsonSettings.WriteInt64sAsStrings = true;
            json.TypeRegistry = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);
        });
        UseCheckedMethods(services);
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks(health =>
        {
            foreach (var service in Contract.Services)
                health.Services.Map(service.FullName, check => check.Name == (service == V1.RecommendationService.Descriptor ? ListsCheck : StoreCheck));
        }).AddCheck<StoreHealthCheck>(StoreCheck).AddCheck<ListsHealthCheck>(ListsCheck);
    }

    private static void UseCheckedMethods(IServiceCollection services)
    {
        var original = services.Single(service =>
            service.ServiceType == typeof(IServiceMethodProvider<>) && service.ImplementationType!.Name.StartsWith("BinderServiceMethodProvider", StringComparison.Ordinal));
        services.Remove(original);
        services.AddSingleton(typeof(IServiceMethodProvider<>), typeof(CheckedMethodProvider<>));
    }

    private static void Map(WebApplication app, HostParts parts)
    {
        app.UseMiddleware<LoopbackHostFilter>();
        app.UseMiddleware<RestLimits>();
        app.UseRouting();
        app.Use(EscapedSlashes.ReadAsync);
        app.UseCors();
        app.Use(RestRequests.CheckAsync);
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.MapGrpcService<EventEndpoint>();
        app.MapGrpcService<RecommendationEndpoint>();
        app.MapGrpcService<CatalogEndpoint>();
        app.MapGrpcService<UserEndpoint>();
        app.MapGrpcService<PreferenceEndpoint>();
        app.MapGrpcService<ModelEndpoint>();
        app.MapGrpcService<PlacementEndpoint>();
        app.MapGrpcService<ExperimentEndpoint>();
        app.MapGrpcService<AccessEndpoint>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapHealthChecks("/healthz");
        app.MapHealthChecks("/readyz", new() { Predicate = check => check.Name == ListsCheck });
        if (app.Services.GetService<MetricsPage>() is { } metrics) app.MapGet("/metrics", () => Results.Text(metrics.Write(), "text/plain; version=0.0.4"));
        app.MapGet("/", () => Results.Json(new Dictionary<string, string>
        {
            ["name"] = "recsys",
            ["version"] = Contract.ServerVersion,
            ["health"] = "/healthz",
            ["recommendations"] = "/v1/recommendations?user_ids=USER",
        }));
    }
}
